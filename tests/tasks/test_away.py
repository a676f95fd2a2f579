"""Stages done elsewhere: the convoy lands as if they had been done here, and lies are found out."""

import json

import pytest

from gastown.burst.parcel import start_branch, work_branch
from gastown.burst.report import BurstReport
from gastown.cli.demo.world import found, furnish
from gastown.convoys.convoy import create_convoy
from gastown.convoys.course import Course
from gastown.convoys.molecule import marks
from gastown.errors import CapacityError, StageFailedError, StoppedError
from gastown.mail.box import inbox
from gastown.mail.letter import write
from gastown.mail.post import send as send_mail
from gastown.rigs.git import Repo
from gastown.rigs.remote import fetched, listed, send
from gastown.rigs.slots import slots
from gastown.stage import Placement, StageResult
from gastown.town.edit import edit
from gastown.town.town import Town
from tasks.away import away
from tasks.camp import carry_out, open_camp
from tasks.land import land
from tasks.metering import spend_of
from tasks.pouring import prepare
from tasks.stages import STAGES
from tasks.step import Attempt, run_step
from tests.landing.towns import rehearsed
from tests.tasks.elsewhere import Elsewhere, allow_burst, git_daemon

pytestmark = pytest.mark.slow

CLOUD = {"vision": True, "where": "cloud", "input_usd": 0.1, "output_usd": 0.4}
THERE = Placement(where="cloud", reason="a test says so")


@pytest.fixture(scope="module")
def make_town(tmp_path_factory):
    """Makes towns with a convoy of one bead; they share a rehearsal and a git daemon."""
    folder = tmp_path_factory.mktemp("away")
    with rehearsed(folder) as (url, names), git_daemon(folder) as address:
        slugs: dict[str, str] = {}

        def make(name: str, slug: str) -> tuple[Town, str]:
            place = folder / name
            place.mkdir()
            world = furnish(found(place, "rehearsal", CLOUD | {"endpoint": url}), place)
            slugs.update(world.slugs)
            names.write_text(json.dumps(slugs), encoding="utf-8")
            town = allow_burst(world.town, f"{address}/{name}/origins")
            town.ledger.close(world.convoy, "split up")
            (bead,) = [one for one, known in world.slugs.items() if known == slug]
            return town, create_convoy(town.ledger, town.config, "test", [bead]).id

        yield make


def drive(town, convoy, carry, *, last=""):
    """Run every step, sent away; the results by key, up to the step named `last`."""
    molecule = prepare(town, convoy, "convoy", {})
    course = Course(molecule.plan, marks(town.ledger, molecule), rounds=3)
    results: dict[str, list[StageResult]] = {}
    while ready := course.ready():
        step = ready[0]
        mark = course.mark(step.key)
        course.start(step.key)
        attempt = Attempt(step, mark.round, mark.reasons, THERE)
        result = run_step(town, molecule, attempt, away(STAGES[step.role], carry))
        results.setdefault(step.role, []).append(result)
        if step.role == last:
            break
        if result.verdict == "rework":
            course.rework(step.key, result.reasons)
        else:
            course.close(step.key)
    return molecule, results


def test_a_convoy_lands_whose_stages_were_all_sent_away(make_town):
    town, convoy = make_town("whole", "beat-grid")
    elsewhere = Elsewhere()

    molecule, results = drive(town, convoy, elsewhere)
    clone, remote = town.layout.rig("beatlane").canonical, town.config.burst.remotes["beatlane"]
    left = f"burst/{molecule.id}-2/9/from/main"  # by a run that died before it had ordered
    send(Repo(clone), remote, {left: Repo(clone).head()})
    landing = land(town, molecule)

    assert landing.convoy == convoy
    log = Repo(town.root.parent / "origins" / "beatlane.git").log("main")
    stages = [trailers["stage"] for one in log if "stage" in (trailers := dict(one.trailers))]
    assert stages == [f"librarian {convoy}", "polecat 2", "polecat 1", "defender 1"]
    travelled = {
        role: [bool(r.evidence.get("worker")) for r in all_of] for role, all_of in results.items()
    }
    assert travelled == {
        "defender": [True],
        "polecat": [True, True],
        "refinery": [True, True],
        "librarian": [True],
        "watchdog": [False],
        "gauger": [False],
    }
    assert len(elsewhere.asked) == len(set(elsewhere.asked)) == 6
    assert [r.verdict for r in results["refinery"]] == ["rework", "done"]
    assert "private" in results["watchdog"][0].evidence["stayed"]
    assert all(r.usage.requests and r.model == "rehearsal" for r in results["polecat"])
    assert "waits for" in str(results["defender"][0].evidence["tests"])
    spent = sum(r.usage.micro_usd for all_of in results.values() for r in all_of)
    assert sum(entry.micro_usd for entry in spend_of(town).entries()) == spent > 0
    assert listed(Repo(clone), remote, "burst/*") == {}


def test_what_a_role_is_told_beside_its_card_travels_with_it(make_town, tmp_path):
    town, convoy = make_town("told", "beat-grid")
    town.layout.directives.mkdir()
    (town.layout.directives / "defender.md").write_text("Name tests after birds.\n")
    told: list[str] = []

    def carry(request, parcel, attempt):
        told.append(open_camp(tmp_path / "camp", request, parcel).told("defender"))
        raise StoppedError("that is enough")

    with pytest.raises(StoppedError):
        drive(town, convoy, carry, last="defender")

    assert told[0].startswith("# Defender")
    assert told[0].endswith("Name tests after birds.")


def test_mail_is_read_where_the_stage_is_done_and_put_away_here(make_town, tmp_path):
    town, convoy = make_town("mail", "beat-grid")
    letter = write(sender="overseer", to="beatlane/defender", subject="Name tests after birds")
    sent = send_mail(town.ledger, letter)
    told: list[str] = []

    def carry(request, parcel, attempt):
        report = carry_out(tmp_path / attempt.replace("/", "-"), request, parcel, told.append)
        told.extend(file.read_text() for file in tmp_path.glob("*/.town/**/session-*.jsonl"))
        return report

    drive(town, convoy, carry, last="defender")

    assert f"letter {sent.id} from overseer: Name tests after birds" in told[-1]
    assert [mail.id for mail in inbox(town.ledger, "beatlane/defender", archived=True)] == [sent.id]
    assert inbox(town.ledger, "beatlane/defender") == []


def test_without_the_money_nothing_is_ordered_and_the_bead_is_whole(make_town):
    town, convoy = make_town("poor", "beat-grid")
    edit(town.root / "town.toml", put_budget)
    elsewhere = Elsewhere()

    with pytest.raises(CapacityError) as refused:
        drive(Town.open(town.root), convoy, elsewhere)

    assert refused.value.kind == "money"
    assert elsewhere.asked == []
    assert spend_of(town).entries() == []


def put_budget(document):
    document["budget"] = {"day_usd": 0.01}
    document["burst"]["remotes"]["beatlane"] = "git://127.0.0.1:9/nowhere.git"  # nor is it asked


def test_a_run_that_is_stopped_finds_its_order_again_and_pays_it_once(make_town):
    town, convoy = make_town("stopped", "beat-grid")
    ordered: list[str] = []
    elsewhere = Elsewhere()

    def stopped(request, parcel, attempt):
        ordered.append(attempt)
        raise StoppedError("nobody waits any more")

    with pytest.raises(StoppedError):
        drive(town, convoy, stopped, last="defender")
    (reserved,) = spend_of(town).open()
    drive(town, convoy, elsewhere, last="defender")

    assert elsewhere.asked == ordered
    (entry,) = spend_of(town).entries()
    assert (entry.reservation, entry.end) == (reserved.id, "settled")
    assert 0 < entry.micro_usd < reserved.max_micro_usd


def test_elsewhere_no_more_is_spent_than_was_reserved_here(make_town):
    town, convoy = make_town("frugal", "beat-grid")
    edit(town.root / "town.toml", put_cap)
    elsewhere = Elsewhere()

    with pytest.raises(CapacityError, match=r"budget attempt .*: needs \$.* left") as refused:
        drive(Town.open(town.root), convoy, elsewhere)

    assert refused.value.kind == "money"
    entries = spend_of(town).entries()
    assert len(entries) == len(elsewhere.asked)
    assert {entry.end for entry in entries} == {"settled"}
    assert 0 < max(entry.micro_usd for entry in entries) <= 1_700
    assert not any(entry.over for entry in entries)


def put_cap(document):
    document["limits"] = {"usd": 0.0017}


def test_work_that_leaves_the_roles_bounds_or_is_another_commit_is_refused(make_town):
    town, convoy = make_town("lies", "beat-grid")
    honest = Elsewhere()
    drive(town, convoy, honest, last="defender")

    def forged(request, parcel, attempt):
        """A worker that also weakens the tests."""
        clone = town.root.parent / "forger"
        repo = fetched(clone, parcel.remote, {"main": start_branch(request, "work")})
        repo.run("config", "core.bare", "false")
        repo.run("reset", "--hard", "main")
        test = next(one for one in repo.files() if one.startswith("tests/test_"))
        (clone / test).write_text("extends RefCounted")
        commit = repo.commit_all("Weaken\n\nStage: polecat 1", "eve <eve@x>")
        send(repo, parcel.remote, {work_branch(request): commit})
        result = StageResult(summary="all green, believe me")
        return BurstReport(ending="done", result=result, commit=commit, branch=work_branch(request))

    with pytest.raises(StageFailedError, match="refused: tests/"):
        drive(town, convoy, forged, last="polecat")

    layout = town.layout.rig("beatlane")
    (slot,) = slots(layout)
    log = Repo(layout.polecat(slot.name)).log("HEAD")
    assert "Weaken" not in [one.subject for one in log]
    remote = town.config.burst.remotes["beatlane"]
    assert listed(Repo(layout.canonical), remote, "burst/*") == {}
