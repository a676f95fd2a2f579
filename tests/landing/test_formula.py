"""Any formula, run from the command line and from its deployment's form, on a real server."""

import json
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError

from blocks.engine import connected
from deployments.up import up
from gastown.cli.demo.world import INPUT
from gastown.convoys.convoy import CONVOY
from gastown.convoys.molecule import find_molecule
from gastown.convoys.run import KEY
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Call, Turn
from gastown.town.engine import require_api_url
from tests.landing.test_starting import town_command
from tests.landing.towns import grounds as founded
from tests.landing.towns import silent
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PLANT = """
formula = "plant"
description = "Plant a flower."
[vars.flower]
description = "Which."
required = true
enum = ["rose", "lily"]
[[steps]]
id = "write"
title = "Plant a {{flower}}"
description = "Write it down."
[[steps]]
id = "test"
title = "Test it"
role = "gauger"
needs = ["write"]
metadata = {merge = true}
"""
WRITES = Turn(calls=(Call("write_file", {"path": "flower.txt", "content": "a flower\n"}),))
DONE = Turn(calls=(Call("submit", {"summary": "Planted."}),))


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """The demo's town with a formula of its own, up."""
    script = Script.load(INPUT / "answers")
    script.sessions["polecat", "write", 1] = (WRITES, DONE)
    with founded(tmp_path_factory.mktemp("garden"), script=script) as standing:
        folder = standing.town.layout.formulas
        folder.mkdir(exist_ok=True)
        (folder / "plant.formula.toml").write_text(PLANT)
        up(standing.town, silent)
        yield standing


def test_a_formula_lands_from_one_command_and_its_work_is_on_main(garden):
    done = town_command(
        garden.town.root, "formula", "run", "plant", "-r", "beatlane", "-s", "flower=rose", "--wait"
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [row["title"] for row in said["board"]["stages"]] == ["Plant a rose", "Test it"]
    assert "flower.txt" in garden.main("beatlane").files("origin/main")


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("plant", "-r", "beatlane"), "missing: flower"),
        (("plant", "-r", "beatlane", "-s", "flower=oak"), "none of rose, lily"),
        (("plant", "-r", "nowhere", "-s", "flower=rose"), "nowhere"),
        (("plantt",), "did you mean plant"),
    ],
)
def test_what_cannot_run_is_refused_and_leaves_no_convoy(garden, tokens, said):
    before = len(open_convoys(garden))
    refused = town_command(garden.town.root, "formula", "run", *tokens)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert len(open_convoys(garden)) == before


def open_convoys(garden) -> list[str]:
    found = garden.town.ledger.find(issue_type=CONVOY, status="open")
    return [one.id for one in found]


def test_the_form_offers_the_towns_formulas_with_their_variables_and_refuses_others(garden):
    town = garden.town
    url = require_api_url(town.layout, town.config)
    with connected(town.layout, url), get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("formula/local")
        schema = deployment.parameter_openapi_schema
        assert schema is not None
        assert schema["definitions"]["plant"]["properties"]["flower"]["enum"] == [
            "rose",
            "lily",
        ]
        assert schema["properties"]["rigs"]["items"]["enum"] == list(town.config.rigs)
        with pytest.raises(PrefectHTTPStatusError, match="409"):
            ordered(client, deployment.id, flower="oak")
        run = ordered(client, deployment.id, flower="lily")
        until(lambda: (read := client.read_flow_run(run).state) is not None and read.is_final())
        end = client.read_flow_run(run).state

    assert end is not None
    assert end.is_completed(), end.message
    (convoy,) = [
        one for one in town.ledger.find(issue_type=CONVOY) if one.metadata.get(KEY) == str(run)
    ]
    molecule = find_molecule(town.ledger, convoy.id)
    assert molecule is not None
    assert molecule.plan.by_key["write"].title == "Plant a lily"


def ordered(client, deployment: UUID, flower: str) -> UUID:
    parameters = {"work": {"formula": "plant", "flower": flower}, "rigs": ["scorekeeper"]}
    return client.create_flow_run_from_deployment(deployment, parameters=parameters).id
