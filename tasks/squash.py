"""squash: a molecule becomes a digest, one bead that git keeps; a wisp is gone after that.

The digest is written first and found again by its convoy, so that a squash cut in two is finished
by the next one.
"""

from typing import Any

from gastown.beads.bead import CLOSED, Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.convoys.board import Board, board
from gastown.convoys.landing import Landing
from gastown.convoys.molecule import Molecule
from gastown.errors import LedgerError
from gastown.gates.mail import letters_of
from gastown.stage import Frozen, Usage
from gastown.town.town import Town
from tasks.claims import claimed

DIGEST = "digest"
"""Label of a digest, and the key of its metadata under which its facts are."""


class Squashed(Frozen):
    """The digest's bead, and how many beads of a wisp are gone."""

    digest: str
    convoy: str
    steps: int
    forgotten: int


def squash(town: Town, molecule: Molecule, summary: str = "") -> Squashed:
    """Write the digest; forget the beads of a wisp. Twice is once.

    Args:
        town: The town.
        molecule: A molecule whose steps are all closed.
        summary: What a person or an agent says of it; default: what each step said.

    Raises:
        LedgerError: A step is open.
        ClaimedError: A run is at it.
    """
    ledger, convoy = town.ledger, molecule.plan.convoy
    children = ledger.children(molecule.id)
    if left := [child.title for child in children if child.status != CLOSED]:
        raise LedgerError(
            f"{molecule.id} has {len(left)} open steps, e.g. {left[0]!r}; nothing done"
        )
    shown = board(ledger, convoy)
    standing = digest_of(ledger, convoy)
    digest = (standing or _write(ledger, molecule, shown, summary)).id
    if ledger.show(digest).status != CLOSED:
        ledger.close(digest, "squashed", actor="town")
    forgotten: list[str] = []
    if ledger.show(molecule.id).ephemeral:
        if ledger.show(molecule.id).status != CLOSED:
            with claimed(ledger, molecule.id) as claim:
                ledger.close(molecule.id, f"squashed into {digest}", token=claim.token)
        own = ledger.show(convoy)
        if own.ephemeral and own.status != CLOSED:  # worked by hand: no landing closes it
            ledger.close(convoy, f"squashed into {digest}", actor="town")
        forgotten = [molecule.id, *(child.id for child in children)]
        ledger.forget([*forgotten, *letters_of(ledger, forgotten)], actor="town")
    return Squashed(digest=digest, convoy=convoy, steps=len(children), forgotten=len(forgotten))


def digest_of(ledger: Ledger, convoy: str) -> Bead | None:
    """A convoy's digest; None when it was not squashed."""
    found = ledger.find(label=DIGEST)
    return next((one for one in found if _facts(one).get("convoy") == convoy), None)


def landing_in(digest: Bead) -> Landing:
    """What a digest says of the convoy that it was made of."""
    facts = _facts(digest)
    usage = Usage.model_validate(facts["usage"])
    return Landing(convoy=facts["convoy"], beads=(), steps=facts["steps"], usage=usage)


def _facts(digest: Bead) -> dict[str, Any]:
    return digest.metadata.get(DIGEST, {})


def is_wanted(molecule: Molecule) -> bool:
    """Whether its formula asks to be squashed when it is done."""
    table = molecule.plan.squash
    return bool(table) and str(table.get("trigger", "on_complete")) in {"on_complete", "always"}


def _write(ledger: Ledger, molecule: Molecule, shown: Board, summary: str) -> Bead:
    facts: dict[str, Any] = {
        "formula": molecule.plan.formula,
        "convoy": molecule.plan.convoy,
        "steps": shown.total,
        "usage": shown.usage.model_dump(mode="json"),
        "seconds": round(sum(row.seconds for row in shown.stages), 3),
    }
    draft = Draft(
        title=f"Digest: {shown.title}"[:200],
        description=summary or _told(shown),
        labels=(DIGEST,),
        issue_type="chore",
        metadata={DIGEST: facts},
    )
    return ledger.create(draft, actor="town")


def _told(shown: Board) -> str:
    usage: Usage = shown.usage
    rows = [f"- {row.title}: {row.summary or row.state}" for row in shown.stages if row.role]
    spent = f"{usage.requests} requests, {usage.micro_usd / 1e6:.4f} USD"
    return "\n".join([*rows, "", f"{shown.closed} of {shown.total} steps, {spent}."])
