"""`town up` brings everything up, mends what was killed, and `town down` leaves nothing behind.

One town for the whole file, in one order: a cold start costs ten seconds.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from http import HTTPStatus

import httpx
import psutil
import pytest
import yaml

from deployments.definitions import DEFAULT
from deployments.down import down
from deployments.up import up
from gastown.town.layout import TownLayout
from gastown.town.processes import living, marked, read_record
from gastown.town.town import Town
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def silent(_line):
    pass


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("oak")
    (root / "town.toml").write_text('[town]\nname = "oak"\n')
    (root / ".beads").mkdir()
    yield root
    down(TownLayout(root), silent)


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    """The real prefect.yaml, and one deployment more."""
    content = yaml.safe_load(DEFAULT.read_text())
    local = content["deployments"][0]
    sleeper = {**local, "entrypoint": "tests.engine.sleeper.sleeper", "name": "sleeper"}
    content["deployments"].append(sleeper)
    path = tmp_path_factory.mktemp("definitions") / "prefect.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture(scope="module")
def town(root):
    return Town.open(root)


def get(url, path):
    return httpx.get(url + path, trust_env=False).raise_for_status().json()


def post(url, path, body):
    """As Prefect's client does, try again what a server that has just started was too busy for."""
    answer = httpx.post(url + path, json=body, trust_env=False)
    for _ in range(20):
        if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(0.5)
        answer = httpx.post(url + path, json=body, trust_env=False)
    return answer.raise_for_status().json()


def process(layout, name):
    found = living(read_record(layout.state / f"{name}.json"))
    assert found is not None
    return found


def kill_9(layout, *names: str):
    """Kill recorded processes, and flow runs, the hard way; none lives when it returns."""
    victims = [process(layout, name) for name in names if name != "runs"]
    if "runs" in names:
        victims += [p for p, env in marked(layout).items() if "PREFECT__FLOW_RUN_ID" in env]
    assert len(victims) >= len(names)
    for victim in victims:
        victim.send_signal(signal.SIGKILL)
    psutil.wait_procs(victims, timeout=5)


def run_until(url, run, *states: str, timeout_s=60):
    begin, found = time.monotonic(), {}
    while time.monotonic() - begin < timeout_s:
        found = get(url, f"/flow_runs/{run}")
        if found["state"]["type"] in states:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{found.get('state')} after {timeout_s} s")


def start(url, seconds):
    """A sleeper's run, as soon as it runs."""
    deployment = get(url, "/deployments/name/sleeper/sleeper")["id"]
    body = {"parameters": {"seconds": seconds}}
    run = post(url, f"/deployments/{deployment}/create_flow_run", body)
    return run_until(url, run["id"], "RUNNING", "COMPLETED")  # a short one may be over already


def test_up_deploys_the_convoy_whatever_prefect_a_person_uses(town, definitions, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_HOME", "/nowhere")

    url = up(town, silent, definitions).url

    deployment = get(url, "/deployments/name/convoy/local")
    assert deployment["entrypoint"] == "flows.convoy.convoy"
    assert (deployment["pull_steps"], deployment["path"]) == ([], None)
    assert deployment["work_pool_name"] == "local"
    assert deployment["parameters"]["town"] == "oak"
    assert "convoy" in deployment["parameter_openapi_schema"]["required"]


def test_up_twice_is_up_once_and_a_stuck_server_is_replaced(town, definitions):
    url = up(town, silent, definitions).url
    said: list[str] = []
    again = up(town, said.append, definitions)
    assert (again.started, len(again.deployments) > 20, said) == ((), True, [said[0]])
    assert said[0].startswith("already up")  # and nothing is deployed anew
    stuck = process(town.layout, "server")
    stuck.suspend()

    mended = up(town, silent, definitions)

    assert (mended.started, mended.url) == (("server",), url)
    assert not stuck.is_running()
    run = start(url, 0)  # the worker found the new server
    run_until(url, run["id"], "COMPLETED")


def test_a_run_ends_after_everything_was_killed_in_its_middle(town, definitions):
    layout = town.layout
    url = up(town, silent, definitions).url
    run = start(url, 1.5)
    time.sleep(1)

    kill_9(layout, "server", "worker", "runs")
    assert marked(layout) == {}
    mended = up(town, silent, definitions)

    assert mended.resumed == (run["name"],)
    done = run_until(url, run["id"], "COMPLETED")
    assert done["run_count"] == 2
    tasks = post(url, "/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    states = sorted(task["state_type"] for task in tasks)
    assert states == ["COMPLETED", "COMPLETED", "CRASHED"]


def test_a_run_that_outlived_its_worker_is_left_alone(town, definitions):
    layout = town.layout
    url = up(town, silent, definitions).url
    run = start(url, 2)

    kill_9(layout, "worker")
    mended = up(town, silent, definitions)

    assert (mended.started, mended.resumed) == (("worker",), ())
    assert run_until(url, run["id"], "COMPLETED")["run_count"] == 1


def test_down_ends_runs_and_stuck_processes_and_up_goes_on_with_the_runs(town, definitions):
    layout = town.layout
    url = up(town, silent, definitions).url
    run = start(url, 1)
    process(layout, "worker").suspend()

    down(layout, silent)
    assert marked(layout) == {}
    assert living(read_record(layout.server_record)) is None
    with pytest.raises(httpx.ConnectError):
        get(url, "/health")
    assert down(layout, silent).ended == 0

    up(town, silent, definitions)
    assert run_until(url, run["id"], "COMPLETED")["run_count"] == 2


def command(root, *tokens: str):
    """A `town` command as a person gives it, with a Prefect configuration of their own."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PREFECT_API_URL": "http://[::1]"}
    argv = [sys.executable, "-c", "from gastown.cli.main import main; main()", *tokens]
    return subprocess.Popen(
        argv, cwd=root, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_the_commands_answer_with_one_json_document(town, definitions):
    url = up(town, silent, definitions).url

    answers = {}
    for name in ("up", "status"):
        with command(town.root, name, "--json") as process:
            answers[name] = json.loads(process.communicate()[0])

    assert (answers["up"]["url"], answers["up"]["started"]) == (url, [])
    assert (answers["status"]["up"], answers["status"]["worker"]) == (True, True)


@pytest.mark.parametrize(
    ("number", "times"), [(signal.SIGINT, 4), (signal.SIGTERM, 1), (signal.SIGHUP, 1)]
)
def test_a_signal_during_up_leaves_no_process(town, number, times):
    down(town.layout, silent)
    with command(town.root, "up") as process:
        while not marked(town.layout):
            assert process.poll() is None
            time.sleep(0.05)
        for _ in range(times):
            process.send_signal(number)
            time.sleep(0.2)
        said = process.communicate(timeout=30)[1]

    assert process.returncode == 128 + number
    assert said.endswith("stopped\n")
    assert "Traceback" not in said
    assert marked(town.layout) == {}


def test_a_town_whose_folder_is_deleted_ends_by_itself(tmp_path):
    layout = TownLayout(tmp_path / "elm")
    layout.beads.mkdir(parents=True)
    layout.config.write_text('[town]\nname = "elm"\n')
    up(Town.open(layout.root), silent)
    assert len(marked(layout)) >= 2

    shutil.rmtree(layout.root, ignore_errors=True)

    until(lambda: not marked(layout), 60)
