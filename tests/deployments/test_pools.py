"""The pools' templates are ones that the real workers take: nothing unknown, nothing missing.

The workers' packages drag in 126 MB, so they are no dependency: `make workers` puts them into
`.workers`, and what needs them is skipped elsewhere.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
POOLS = ROOT / "deployments" / "pools"
WORKERS = Path(os.environ.get("GASTOWN_WORKERS", ROOT / ".workers"))
KINDS = {
    "docker": "prefect_docker.worker:DockerWorker",
    "kubernetes": "prefect_kubernetes.worker:KubernetesWorker",
    "ecs": "prefect_aws.workers.ecs_worker:ECSWorker",
}
ASK = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
sys.path.append(sys.argv[1])
from prefect.utilities.templating import apply_values
module, name = sys.argv[2].split(":")
worker = getattr(importlib.import_module(module), name)
ours = json.load(open(sys.argv[3]))
given = {k: v["default"] for k, v in ours["variables"]["properties"].items() if "default" in v}
built = worker.job_configuration(**apply_values(ours["job_configuration"], given))
print(json.dumps([worker.type, worker.get_default_base_job_template(), built.command]))
"""


def template(kind):
    return json.loads((POOLS / f"{kind}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_set_fits_the_templates_own_schema(kind):
    variables = template(kind)["variables"]
    ours = {
        name: one["default"]
        for name, one in variables["properties"].items()
        if one.get("default") is not None
    }

    jsonschema.validate(ours, variables)

    assert ours["image"] == "gastown:latest"
    assert ours["command"] == "python -m prefect.engine"


@pytest.mark.parametrize("kind", KINDS)
def test_no_template_holds_a_secret_or_grants_the_machine(kind):
    text = json.dumps(
        [one.get("default") for one in template(kind)["variables"]["properties"].values()]
    )

    assert "prefect.blocks" not in text
    assert "docker.sock" not in text
    assert '"privileged": true' not in text


@pytest.mark.slow
@pytest.mark.skipif(not WORKERS.is_dir(), reason="make workers: their packages are not here")
@pytest.mark.parametrize(("kind", "worker"), KINDS.items())
def test_the_real_worker_takes_the_template(kind, worker, tmp_path):
    argv = [sys.executable, "-c", ASK, str(WORKERS), worker, str(POOLS / f"{kind}.json")]
    environ = os.environ | {"PREFECT_HOME": str(tmp_path), "HOME": str(tmp_path)}
    said = subprocess.run(argv, env=environ, capture_output=True, text=True, check=True).stdout
    kind_of_pool, standard, command = json.loads(said.splitlines()[-1])

    ours = template(kind)
    assert kind_of_pool == kind
    assert ours["job_configuration"] == standard["job_configuration"]
    assert set(ours["variables"]["properties"]) == set(standard["variables"]["properties"])
    assert command == "python -m prefect.engine"
