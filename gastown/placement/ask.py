"""Ask: what resolution is told of a step, taken from its bead and its convoy, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gastown.beads.bead import Bead
from gastown.town.town import Town

MODEL, LOCAL_ONLY, CONTEXT = "model", "local_only", "context"
"""Keys of a bead's metadata: the model it pins, whether it stays here, the tokens it needs."""
PROFILE = "profile"
"""Key of a convoy's metadata."""
_NO = (None, False, "", 0, "false", "no", "0")


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for a model, and for what work. `context` is in tokens, 0 for any."""

    role: str
    rig: str = ""
    labels: tuple[str, ...] = ()
    model: str = ""
    local_only: bool = False
    context: int = 0
    profile: str = ""
    mistake: str = ""


def ask_of(role: str, rig: str | None, bead: Bead | None, convoy: Bead | None) -> Ask:
    """What a step of this role on this bead asks for; a mistake in the bead holds it."""
    facts: Mapping[str, Any] = bead.metadata if bead else {}
    profile = convoy.metadata.get(PROFILE) if convoy else None
    context, mistake = _tokens(facts.get(CONTEXT))
    return Ask(
        role=role,
        rig=rig or "",
        labels=bead.labels if bead else (),
        model=str(facts.get(MODEL) or ""),
        local_only=facts.get(LOCAL_ONLY) not in _NO,
        context=context,
        profile=str(profile or "").strip(),
        mistake=mistake,
    )


def ask_for(town: Town, role: str, *, rig: str | None, bead: str | None, convoy: str | None) -> Ask:
    """The same by ids, as the ledger has them now. Raises NotFoundError."""
    ledger = town.ledger
    return ask_of(
        role, rig, ledger.show(bead) if bead else None, ledger.show(convoy) if convoy else None
    )


def _tokens(said: object) -> tuple[int, str]:
    if said is None or said == "":
        return 0, ""
    text = str(said)
    if isinstance(said, bool) or not text.isascii() or not text.isdecimal():
        return 0, f"metadata {CONTEXT} is {text!r}, not a number of tokens"
    return int(text), ""
