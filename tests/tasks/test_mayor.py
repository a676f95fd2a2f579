"""The Mayor over the wire: Crew first, faults back to the model, then to the person; a document."""

import json
import re
import shutil
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gastown.agents.prose import one_line
from gastown.errors import ConfigError, NotFoundError, PlanError
from gastown.founding.rig import add_rig
from gastown.planning.answer import PlanAnswer, RigQuestion
from gastown.planning.drafting import TRIES
from gastown.planning.prompt import crew_question
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.town.town import Town
from tasks.briefing import Order
from tasks.mayor import make_plan, open_doubles, plans_of, sling_plan
from tests.gastown.planning.given import answer, bead
from tests.gastown.retrieval.given import FILES, plant
from tests.tasks.oak import make_oak, rows
from tests.tasks.test_crew import said

IDEA, ASKING, HOPELESS, MENDED, REMARK = (
    "Show a combo bonus",
    "Snap the score to the grid",
    "Paint everything blue",
    "Play a sound",
    "Do it in the garden alone",
)
QUESTION = "What is the class of the clock called?"
TITLE = "# Garden"
NOWHERE = "http://127.0.0.1:9/v1"
BAD = answer(bead("a", "a", acceptance=()))
ASKS = answer(questions=(RigQuestion(rig="garden", question=QUESTION),))
SMALL = answer(bead("count"))
MEMBERS = {"count", "glow", "show"}


def handed(made: PlanAnswer) -> Turn:
    return Turn(made.model_dump_json())


def knows(idea: str) -> dict[tuple[str, str, int], tuple[Turn, ...]]:
    known = said("answered", "It is `Garden`.", ("README.md", 1, TITLE))
    title = re.sub(r"[^ -~]", "?", one_line(crew_question(idea), 100))  # as a header may be
    return {("crew", title, 1): (known,)}


SCRIPT = Script(
    {
        **knows(IDEA),
        **knows(ASKING),
        **knows(HOPELESS),
        **knows(MENDED),
        ("crew", QUESTION, 1): (
            said("answered", "`BeatClock`.", ("src/beat_clock.gd", 2, "class_name BeatClock")),
        ),
        ("mayor", f"Plan: {IDEA}", 1): (handed(answer()),),
        ("mayor", f"Revise: {REMARK}", 1): (handed(SMALL),),
        ("mayor", f"Plan: {ASKING}", 1): (handed(ASKS),),
        ("mayor", f"Plan again: {ASKING}", 1): (handed(answer()),),
        ("mayor", f"Plan: {HOPELESS}", 1): (handed(BAD),) * TRIES,
        ("mayor", f"Plan: {MENDED}", 1): (handed(BAD), handed(answer())),
    }
)


@pytest.fixture(scope="session")
def acorn(tmp_path_factory) -> Path:
    """A town with the rigs garden and shed; tests work in copies of it."""
    folder = tmp_path_factory.mktemp("acorn")
    tables = rows(
        NOWHERE, both=["crew"], far=["mayor"], sandboxes=4, p_cores=6, is_far="context = 200_000"
    )
    oak = make_oak(folder, f"[budget]\nday_usd = 0.1\n{tables}")
    for name in ("garden", "shed"):
        origin = plant(folder / f"{name}.origin", {**FILES, "pyproject.toml": "", "test_a.py": ""})
        origin.run("config", "receive.denyCurrentBranch", "updateInstead")
        add_rig(Town.open(oak.root), name, str(origin.path))
    return oak.root


def grown(acorn: Path, folder: Path, url: str) -> Town:
    """A copy of the town whose models are rehearsed at an address."""
    shutil.copytree(acorn, folder / "oak", symlinks=True)
    file = folder / "oak" / "town.toml"
    file.write_text(file.read_text().replace(NOWHERE, url))
    return Town.open(file.parent)


@pytest.fixture
def town(tmp_path, acorn) -> Generator[Town]:
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        yield grown(acorn, tmp_path, server.url)


def plan(town: Town, idea: str = IDEA, **more: Any):
    return make_plan(town, Order(idea, **more), lambda _: None)


def tasks_of(town: Town, role: str) -> list[str]:
    """What sessions of a role were told, as their transcripts have it."""
    files = sorted(town.layout.state.glob(f"sessions/errand-{role}-*/*/session-1.jsonl"))
    events = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [event["task"] for event in events if "task" in event]


def test_a_plan_knows_what_the_crew_of_each_rig_said_and_is_kept_with_nothing_created(town):
    made = plan(town)

    assert {one.key for one in made.beads} == MEMBERS
    assert [(one.rig, one.answered) for one in made.knowledge] == [("garden", True), ("shed", True)]
    assert plans_of(town).show(made.id) == made
    assert town.ledger.find() == []
    (told,) = tasks_of(town, "mayor")
    assert "README.md:1: # Garden" in told
    assert told.count("files of the rig") == 2


def test_the_mayor_may_ask_the_crew_and_plans_with_the_answer(town):
    made = plan(town, ASKING)

    assert made.knowledge[-1].question == QUESTION
    assert len(tasks_of(town, "mayor")) == 2
    assert any(
        "src/beat_clock.gd:2: class_name BeatClock" in told for told in tasks_of(town, "mayor")
    )


def test_faults_go_to_the_model_and_after_the_last_try_to_the_person(town):
    with pytest.raises(PlanError) as caught:
        plan(town, HOPELESS)

    assert any("a: no acceptance criteria" in fault for fault in caught.value.faults)
    assert any("a → a" in fault for fault in caught.value.faults)
    assert "- a: no acceptance criteria" in str(caught.value)
    (kept,) = town.root.glob(".town/sessions/errand-mayor-*/*/plan.json")
    assert f"({kept.relative_to(town.root)} has its last one)" in str(caught.value)
    assert plans_of(town).newest() == []
    assert town.ledger.find() == []


def test_a_model_that_sets_its_faults_right_has_planned(town):
    assert {one.key for one in plan(town, MENDED).beads} == MEMBERS


def test_a_revision_is_told_the_plan_and_the_remark_and_asks_no_crew_again(town):
    first = plan(town)
    asked = len(tasks_of(town, "crew"))

    second = plan(town, remark=REMARK, before=first)

    assert (second.id, second.version) == (first.id, 2)
    assert [one.key for one in second.beads] == ["count"]
    assert len(tasks_of(town, "crew")) == asked
    told = next(told for told in tasks_of(town, "mayor") if REMARK in told)
    assert '"key":"glow"' in told
    assert plans_of(town).show(first.id, 1) == first


def test_a_person_sees_what_it_will_take_and_what_the_budget_leaves(town):
    prospect = plan(town).prospect

    assert prospect is not None
    assert prospect.forecast is not None, prospect.missing
    assert prospect.forecast.placed.micro_usd is not None
    assert 0 < prospect.left["budget day"] <= 500_000
    assert any(line.startswith("as placed: $") for line in prospect.lines)
    assert any(line.startswith("bottleneck: ") for line in prospect.lines)
    assert any("budget day leaves $0." in line for line in prospect.warnings)


def with_a_rig_that_stays_here(town: Town, **seat: str) -> Town:
    file = town.layout.config
    text = file.read_text().replace("[rigs.shed]", "[rigs.shed]\nlocal_only = true")
    for slot, model in seat.items():
        text = text.replace(f'mayor = {{ {slot} = "none"', f'mayor = {{ {slot} = "{model}"')
    file.write_text(text)
    kept = Town.open(town.root)
    assert kept.config.rig("shed").local_only
    return kept


def test_the_cloud_reads_no_word_of_a_rig_that_stays_here(town):
    kept = with_a_rig_that_stays_here(town)

    made = plan(kept)

    (told,) = tasks_of(kept, "mayor")
    assert made.model == "far"
    assert "The rig shed is shown to no cloud model." in told
    assert "files of the rig shed" not in told
    assert "the Crew of shed" not in told
    assert "the Crew of garden" in told


def test_a_mayor_of_this_pc_reads_such_a_rig_and_does_not_burst(town):
    kept = with_a_rig_that_stays_here(town, local="near")

    made = plan(kept)

    (told,) = tasks_of(kept, "mayor")
    assert made.model == "near"
    assert "files of the rig shed" in told
    (errand,) = kept.layout.state.glob("sessions/errand-mayor-*/*/errand.json")
    burst = json.loads(errand.read_text())["seat"]["burst"]
    assert burst == {"model": None, "because": "the code of shed is shown to no cloud model"}


def test_a_bead_that_is_open_already_is_told(town):
    made = plan(town)
    ours = sling_plan(town, made).beads
    assert open_doubles(town, made) == []

    twin = town.ledger.show(ours["count"])
    town.ledger.update(twin.id, {"labels": []})
    assert open_doubles(town, made) == [f"count: {twin.id} has that title and is open"]


def test_two_who_sling_at_once_make_one_convoy(town):
    made = plan(town)
    with ThreadPoolExecutor(4) as pool:
        slung = list(pool.map(lambda _: sling_plan(Town.open(town.root), made), range(4)))

    assert len({one.convoy.id for one in slung}) == 1
    assert sum(not one.again for one in slung) == 1
    assert len(town.ledger.find(label=made.id)) == len(MEMBERS)


@pytest.mark.parametrize(
    ("order", "error", "said"),
    [
        (Order(" "), ConfigError, "the idea is empty"),
        (Order("x" * 8_001), ConfigError, "8000 are allowed"),
        (Order(IDEA, ("attic",)), NotFoundError, "no rig 'attic'"),
    ],
)
def test_what_cannot_be_planned_is_refused_before_anybody_is_asked(town, order, error, said):
    with pytest.raises(error, match=said):
        make_plan(town, order, lambda _: None)
    assert not list(town.layout.state.glob("sessions/errand-*"))
