"""A molecule worked by hand, without any server: close, continue, grow, squash, burn, distill."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.by_hand import begun, bond, close_by_hand, distilled, follow, molecule_at
from gastown.beads.bead import CLOSED, Draft
from gastown.convoys.bond import Bond
from gastown.convoys.convoy import show_convoy
from gastown.convoys.molecule import Molecule
from gastown.convoys.run import Run, create_run
from gastown.convoys.standing import StepStanding, standing_of
from gastown.errors import GasTownError, LedgerError, NotFoundError
from gastown.formula.cook import cook
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Scope
from gastown.formula.written import written
from gastown.founding.install import install
from gastown.gates.record import open_gates
from gastown.town.town import Town
from tasks.burn import burn
from tasks.gates import Reply, answer
from tasks.land import land
from tasks.pouring import prepare
from tasks.squash import digest_of, landing_in, squash

ROSE = """
formula = "rose"
squash = {trigger = "on_complete"}
[[steps]]
id = "plant"
title = "Plant it"
[[steps]]
id = "grow"
title = "Grow"
needs = ["plant"]
[steps.loop]
until = "output.tall == true"
max = 2
[[steps.loop.body]]
id = "water"
title = "Water it"
[[steps]]
id = "ask"
title = "Is it nice?"
interactive = true
needs = ["grow"]
[[steps]]
id = "pick"
title = "Pick it"
needs = ["ask"]
"""


@dataclass
class Hand:
    """A town with one poured molecule, and who works on it."""

    town: Town
    molecule: Molecule

    def close(self, key: str, **output: object) -> StepStanding | None:
        bead = molecule_at(self.town, self.molecule.id).beads[key]
        return close_by_hand(self.town, bead, f"did {key}", "ann", output=output).next

    def states(self) -> dict[str, str]:
        now = molecule_at(self.town, self.molecule.id)
        return {step.key: step.state for step in standing_of(self.town.ledger, now).work}

    def through(self) -> None:
        self.close("plant")
        self.close("grow.iter1.water", tall=True)
        self.close("ask", answer="yes")
        self.close("pick")


def poured(folder: Path, *, ephemeral: bool) -> Hand:
    install(folder / "oak", "oak")
    town = Town.open(folder / "oak")
    town.layout.formulas.mkdir(exist_ok=True)
    (town.layout.formulas / "rose.formula.toml").write_text(ROSE)
    run = Run(formula="rose", ephemeral=ephemeral)
    convoy = create_run(town.ledger, town.config, run)
    return Hand(town, prepare(town, convoy.id, "rose", {}))


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    return poured(tmp_path, ephemeral=False)


@pytest.fixture
def wisp(tmp_path: Path) -> Hand:
    return poured(tmp_path, ephemeral=True)


def test_closing_a_step_claims_the_next_one_that_is_ready(hand):
    following = hand.close("plant")

    assert following is not None
    assert (following.key, following.who) == ("grow.iter1.water", "ann")
    assert hand.states() == {
        "plant": "done", "grow.iter1.water": "current", "ask": "waiting", "pick": "waiting",
    }  # fmt: skip


def test_a_loop_goes_round_by_what_was_handed_on_and_a_person_answers_the_interactive_step(hand):
    hand.close("plant")
    again = hand.close("grow.iter1.water", tall=False)
    assert again is not None
    assert again.key == "grow.iter2.water"
    assert hand.close("grow.iter2.water", tall=True) is None
    assert hand.states()["ask"] == "gate"
    last = hand.close("ask", answer="yes")
    assert last is not None
    assert last.key == "pick"


def test_a_step_that_waits_or_is_closed_is_refused_and_nothing_changes(hand):
    with pytest.raises(LedgerError, match="waits for: Is it nice"):
        hand.close("pick")
    hand.close("plant")
    before = hand.states()
    with pytest.raises(LedgerError, match="closed"):
        hand.close("plant")
    with pytest.raises(LedgerError, match="closes by itself"):
        hand.close("grow")
    assert hand.states() == before


def test_what_a_person_closed_lands_and_becomes_a_digest_where_the_formula_says_so(hand):
    hand.through()
    landing = land(hand.town, hand.molecule)

    digest = digest_of(hand.town.ledger, landing.convoy)
    assert digest is not None
    assert "Pick it: did pick" in digest.description
    assert hand.town.ledger.show(hand.molecule.id).status == CLOSED


def test_of_a_wisp_only_the_digest_stays_and_it_tells_what_landed(wisp):
    wisp.through()
    landing = land(wisp.town, wisp.molecule)

    with pytest.raises(NotFoundError):
        wisp.town.ledger.show(wisp.molecule.id)
    digest = digest_of(wisp.town.ledger, landing.convoy)
    assert digest is not None
    assert not digest.ephemeral
    assert landing_in(digest) == landing
    shared = wisp.town.layout.shared.read_text()
    assert digest.id in shared
    assert wisp.molecule.id not in shared


def test_what_is_not_done_is_not_squashed(wisp):
    with pytest.raises(LedgerError, match=r"open steps, e\.g\. 'Plant it'"):
        squash(wisp.town, wisp.molecule)


def test_the_convoy_of_a_wisp_that_was_squashed_by_hand_is_over(wisp):
    wisp.through()
    squash(wisp.town, wisp.molecule)
    assert wisp.town.ledger.show(wisp.molecule.plan.convoy).status == CLOSED


def test_squashing_twice_makes_one_digest(hand):
    hand.through()
    first = squash(hand.town, hand.molecule, "In short.")
    assert squash(hand.town, hand.molecule).digest == first.digest
    assert hand.town.ledger.show(first.digest).description == "In short."


def test_a_burned_wisp_leaves_nothing_and_a_burned_molecule_is_closed(tmp_path):
    wisp = poured(tmp_path / "a", ephemeral=True)
    burn(wisp.town, wisp.molecule)
    assert wisp.town.ledger.find() == []

    lasting = poured(tmp_path / "b", ephemeral=False)
    burn(lasting.town, lasting.molecule)
    assert standing_of(lasting.town.ledger, lasting.molecule).ended == "dropped: burned"
    assert show_convoy(lasting.town.ledger, lasting.molecule.plan.convoy).status == CLOSED


def test_a_bonded_formula_is_worked_like_the_rest(hand):
    grown = bond(hand.town, hand.molecule, "rose", {}, Bond(ref="more", mode="parallel"))

    assert hand.states()["more.plant"] == "ready"
    assert len(grown.plan.steps) == 2 * len(hand.molecule.plan.steps) + 1
    following = hand.close("more.plant")
    assert following is not None
    assert following.key == "plant"


def test_a_formula_distilled_from_a_molecule_is_cooked_again_with_other_words(hand):
    text = written(distilled(hand.town, hand.molecule.id, "again", {"what": "Plant"}))
    plan = cook(parse_formula(text, "again.formula.toml"), Scope(), {"what": "Sow"})

    assert [step.title for step in plan.steps] == ["Sow it", "Water it", "Is it nice?", "Pick it"]
    assert plan.by_key["pick"].needs == ("ask",)
    assert plan.by_key["ask"].kind == "gate"


def test_an_epic_is_distilled_child_by_child(hand):
    ledger = hand.town.ledger
    epic = ledger.create(Draft(title="Garden", issue_type="epic"))
    dig = ledger.create(Draft(title="Dig beds", parent=epic.id))
    ledger.create(Draft(title="Sow beds", parent=epic.id, needs=(dig.id,)))

    formula = distilled(hand.town, epic.id, "garden", {"where": "beds"})

    first, second = formula.steps
    assert (first.title, second.title) == ("Dig {{where}}", "Sow {{where}}")
    assert second.needs == (first.id,)


def test_a_bead_that_is_nothing_of_the_kind_is_told(hand):
    bead = hand.town.ledger.create(Draft(title="Lone"))
    with pytest.raises(GasTownError, match="no molecule"):
        molecule_at(hand.town, bead.id)


def test_a_gate_waits_as_soon_as_nothing_else_is_before_it_and_what_follows_is_ready(hand):
    text = """
formula = "gated"
[[steps]]
id = "build"
[[steps]]
id = "ship"
needs = ["build"]
gate = {type = "gh:run", await_id = "release.yml"}
[[steps]]
id = "all"
needs = ["build"]
[[steps.children]]
id = "look"
gate = {type = "bead", await_id = "hq-x"}
"""
    (hand.town.layout.formulas / "gated.formula.toml").write_text(text)
    convoy = create_run(hand.town.ledger, hand.town.config, Run(formula="gated"))
    gated = Hand(hand.town, begun(hand.town, prepare(hand.town, convoy.id, "gated", {})))
    gates = {one: gated.molecule.beads[one] for one in ("ship.gate-release.yml", "look.gate-hq-x")}

    assert list(open_gates(hand.town.ledger)) == []
    gated.close("build")
    assert sorted(open_gates(hand.town.ledger)) == sorted(gates.values())

    answer(hand.town, gates["ship.gate-release.yml"], Reply(by="ann"))
    follow(hand.town, gates.values())
    assert gated.states()["ship"] == "ready"
    assert gated.states()["look"] == "waiting"


def test_what_is_fanned_out_is_not_closed_before_the_list_is_there(hand):
    text = """
formula = "fan"
[[steps]]
id = "scan"
on_complete = {for_each = "output.roses", bond = "rose"}
"""
    (hand.town.layout.formulas / "fan.formula.toml").write_text(text)
    convoy = create_run(hand.town.ledger, hand.town.config, Run(formula="fan"))
    fan = Hand(hand.town, prepare(hand.town, convoy.id, "fan", {}))

    with pytest.raises(LedgerError, match=r"roses.*--output"):
        fan.close("scan")
    assert fan.states() == {"scan": "ready"}

    following = fan.close("scan", roses=["red"])
    assert following is not None
    assert following.key == "scan.0.plant"
