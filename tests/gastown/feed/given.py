"""A small town on record: a rig's bead, its convoy, its molecule, and what agents do with them."""

from collections.abc import Mapping
from datetime import timedelta

from gastown.beads.bead import Draft
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import Molecule, pour, record
from gastown.feed.item import FeedItem
from gastown.feed.reader import Reader
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.stage import StageResult

RIGS: Mapping[str, str] = {"sk": "core"}
LEASE = timedelta(minutes=1)
HOLDER = "pc:1:2.00"


def make_bead(ledger: Ledger, title: str = "Count combos") -> str:
    return ledger.create(Draft(title=title, prefix="sk"), actor="ann").id


def make_convoy(ledger: Ledger, *beads: str, title: str = "Combos") -> str:
    draft = Draft(title=title, infix="cv", issue_type="convoy", tracks=beads)
    return ledger.create(draft, actor="ann").id


def poured(ledger: Ledger, convoy: str, bead: str) -> Molecule:
    """A Polecat's step, a reviewer's, and a gate for a person at the end."""
    steps = (
        PlannedStep(
            key="work", step="work", title=f"polecat {bead}", rig="core", bead=bead, role="polecat"
        ),
        PlannedStep(
            key="refine",
            step="refine",
            title=f"refinery {bead}",
            needs=("work",),
            rig="core",
            bead=bead,
            role="refinery",
        ),
        PlannedStep(
            key="ask",
            step="ask",
            title="Ship it?",
            kind="gate",
            needs=("refine",),
            gate=PlannedGate(type="human"),
        ),
    )
    return pour(ledger, Plan(formula="convoy", digest="d", convoy=convoy, steps=steps))


def do(ledger: Ledger, molecule: Molecule, key: str, summary: str) -> None:
    """Claim a step and close it."""
    claim = ledger.claim(molecule.beads[key], HOLDER, LEASE)
    record(ledger, claim, StageResult(summary=summary))


def lines(ledger: Ledger, after: int = 0) -> list[FeedItem]:
    return list(Reader(ledger, RIGS, after).rest())


def said(ledger: Ledger, after: int = 0) -> list[str]:
    return [line.said for line in lines(ledger, after)]
