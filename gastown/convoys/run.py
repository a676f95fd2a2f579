"""Run: a convoy that was made for one formula, over rigs or beads, or over nothing at all."""

from typing import Any

from pydantic import Field

from gastown.beads.bead import Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import CONVOY, RIGS, ROLE, check_beads
from gastown.stage import Frozen
from gastown.town.config import TownConfig

RUN, KEY = "run", "key"
"""Keys of such a convoy's metadata: what was asked for, and who asked."""


class Run(Frozen):
    """What a person asks for."""

    formula: str
    title: str = Field(default="", description="What it is for; default: the formula's name.")
    values: dict[str, str] = Field(default_factory=dict, description="The formula's variables.")
    rigs: tuple[str, ...] = Field(default=(), description="Worked on beside those of the beads.")
    beads: tuple[str, ...] = Field(default=(), description="Open beads that it works on.")
    role: str = Field(default="polecat", description="Who does a step that says no role.")
    profile: str = Field(default="", description="balanced, frugal, premium; default: the town's.")
    ephemeral: bool = Field(default=False, description="A wisp: it is never written to git.")


def create_run(
    ledger: Ledger, config: TownConfig, run: Run, *, key: str = "", actor: str = ""
) -> Bead:
    """The run's convoy; with a `key`, the one that was made under it before.

    Raises:
        LedgerError: A bead is closed or travels already.
        NotFoundError: A bead, rig or profile is unknown.
    """
    if key and (standing := _made(ledger, key)) is not None:
        return standing
    if run.profile:
        config.profile(run.profile)
    for rig in run.rigs:
        config.rig(rig)
    check_beads(ledger, config, run.beads)
    facts: dict[str, Any] = {
        RUN: run.model_dump(mode="json"),
        ROLE: run.role,
        RIGS: list(dict.fromkeys(run.rigs)),
        **({"profile": run.profile} if run.profile else {}),
        **({KEY: key} if key else {}),
    }
    draft = Draft(
        title=run.title or run.formula,
        infix="wisp" if run.ephemeral else "cv",
        issue_type=CONVOY,
        tracks=tuple(dict.fromkeys(run.beads)),
        metadata=facts,
        ephemeral=run.ephemeral,
    )
    return ledger.create(draft, actor=actor)


def _made(ledger: Ledger, key: str) -> Bead | None:
    found = ledger.find(issue_type=CONVOY)
    return next((one for one in found if one.metadata.get(KEY) == key), None)
