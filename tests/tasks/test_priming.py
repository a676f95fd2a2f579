"""`town prime` and `town handoff`: what a bead's next session is told, and who is asked to go."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gastown.agents.context import CHARS_PER_TOKEN
from gastown.convoys.molecule import Molecule, pour
from gastown.errors import GasTownError, LedgerError, NotFoundError
from gastown.formula.plan import Plan, PlannedStep
from gastown.hooks.handoff import Handoff, asked, give
from gastown.hooks.hook import Order
from gastown.hooks.sling import sling
from gastown.machine.holder import holder
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.rigs.git import Repo
from gastown.rigs.slots import take
from gastown.rigs.worktree import add_worktree
from gastown.town.town import Town
from tasks.handing import ask_for_handoff
from tasks.priming import UNSEATED_TOKENS, prime_for
from tests.gastown.hooks.given import a_town, beads

ANN = "Ann <ann@example.org>"
LEASE = timedelta(minutes=5)


class Place:
    """A bead on a hook, whose convoy is poured; its defender's step is done."""

    def __init__(self, folder: Path) -> None:
        self.town = a_town(folder)
        (self.bead,) = beads(self.town, "garden", "Dig a pond")
        self.town.ledger.update(self.bead, {"description": "Deep enough for carp."})
        convoy = sling(self.town, [self.bead], None, Order()).convoy
        self.molecule = self._poured(convoy)
        self.town.ledger.close(self.molecule.beads["defender[x]"], "two tests, red")
        self.step = self.molecule.beads["polecat[x]"]

    def _poured(self, convoy: str) -> Molecule:
        steps = [
            PlannedStep(
                key=f"{role}[x]",
                step=role,
                title=f"The {role}",
                role=role,
                rig="garden",
                bead=self.bead,
                needs=needs,
            )
            for role, needs in (
                ("defender", ()),
                ("polecat", ("defender[x]",)),
                ("refinery", ("polecat[x]",)),
            )
        ]
        plan = Plan(formula="convoy", digest="d", convoy=convoy, steps=tuple(steps))
        return pour(self.town.ledger, plan)

    def work(self) -> Path:
        """A session of the Polecat that is at work: claim, worktree, transcript; its folder."""
        claim = self.town.ledger.claim(self.step, holder(), LEASE)
        rig = self.town.layout.rig("garden")
        slot = take(rig, self.bead)
        tree = Repo(add_worktree(rig, rig.polecat(slot.name), slot.branch, "origin/main"))
        (tree.path / "pond.py").write_text("DEPTH = 1\n")
        tree.commit_all("Dig a little", ANN)
        (tree.path / "carp.py").write_text("CARP = 1\n")
        folder = self.town.layout.session(self.step, claim.token)
        folder.mkdir(parents=True)
        events = [{"event": "start"}, {"event": "answer"}]
        text = "".join(json.dumps(event) + "\n" for event in events)
        (folder / "session-1.jsonl").write_text(text)
        return folder


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_all_that_a_fresh_session_needs_is_in_it(place: Place):
    folder = place.work()
    give(folder, 1, Handoff(by="ann", note="Mind the newts."))
    note = write(sender="mayor", to="garden/agate", subject="Carp like shade")
    send(place.town.ledger, note)

    found = prime_for(place.town, "garden/agate")

    assert (found.bead, found.role, found.step) == (place.bead, "polecat", "polecat[x]")
    assert (found.model, found.primed.budget) == ("", UNSEATED_TOKENS)
    assert found.primed.cut == ()
    for part in (
        "You carry out one bead",
        "test_a.py",
        "Deep enough for carp.",
        "Step 2 of 3 of the formula convoy.",
        "- The defender: two tests, red",
        "- The refinery",
        "Mind the newts.",
        "It ended after 1 turns: cut off.",
        "Dig a little",
        "Changed and not committed:\n- carp.py",
        "from mayor: Carp like shade",
    ):
        assert part in found.primed.text
    assert prime_for(place.town, place.bead) == found


def test_within_a_small_budget_the_bead_stays_and_what_went_is_named(place: Place):
    found = prime_for(place.town, place.bead, tokens=400)

    assert len(found.primed.text) <= 400 * CHARS_PER_TOKEN
    assert "Deep enough for carp." in found.primed.text
    assert "the rig" in found.primed.text.splitlines()[-1]


def test_of_a_bead_that_travels_with_nothing_the_polecat_is_primed(place: Place):
    (bead,) = beads(place.town, "pond", "Swim")

    found = prime_for(place.town, bead)

    assert (found.role, found.step, found.agent) == ("polecat", "", "pond/polecat")


def test_a_closed_bead_and_an_empty_hook_have_no_session(place: Place):
    (bead,) = beads(place.town, "pond", "Swim")
    place.town.ledger.close(bead, "done")

    with pytest.raises(LedgerError, match="no session begins on it"):
        prime_for(place.town, bead)
    with pytest.raises(NotFoundError, match="nothing hangs on a hook of 'pond/opal'"):
        prime_for(place.town, "pond/opal")


@pytest.mark.parametrize("named", ["bead", "agent", "step"])
def test_the_session_at_work_is_asked_to_hand_off(place: Place, named: str):
    folder = place.work()
    said = {"bead": place.bead, "agent": "garden/agate", "step": place.step}[named]

    done = ask_for_handoff(place.town, said, "Mind the newts.", by="ann")

    assert (done.key, done.session, done.folder) == ("polecat[x]", 1, str(folder))
    handoff = asked(folder)
    assert handoff is not None
    assert (handoff.by, handoff.note) == ("ann", "Mind the newts.")


def test_where_none_is_at_work_nobody_is_asked(place: Place):
    with pytest.raises(NotFoundError, match=r"no session of .* is at work here"):
        ask_for_handoff(place.town, place.bead, "", by="ann")
    dead = place.town.ledger.claim(place.step, "elsewhere:1:1", LEASE)
    assert dead.token == 1

    with pytest.raises(NotFoundError):
        ask_for_handoff(place.town, place.bead, "", by="ann")
    with pytest.raises(GasTownError, match="at most 4000"):
        ask_for_handoff(place.town, place.bead, "x" * 4_001, by="ann")


def test_an_agent_of_others_has_no_turns_of_ours(place: Place):
    place.work()
    file = place.town.layout.config
    file.write_text(file.read_text() + '\n[agents.claude]\nroles = ["polecat"]\n')

    with pytest.raises(GasTownError, match="works as claude, whose turns are its own"):
        ask_for_handoff(Town.open(place.town.root), place.bead, "", by="ann")
