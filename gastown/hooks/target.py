"""Target: where beads are slung to; a rig, one of its polecats by name, or a person of its crew."""

import re
from collections.abc import Sequence

from gastown.beads.bead import Bead
from gastown.errors import LedgerError, NotFoundError
from gastown.mail.address import CREW, REFINERY, WITNESS
from gastown.stage import Frozen
from gastown.town.config import TownConfig

_WHO = "a rig, RIG/NAME for a polecat of that name, or RIG/crew/NAME for a person"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_NO_POLECATS = frozenset({WITNESS, REFINERY, CREW, "librarian", "watchdog", "gauger", "spotter"})


class Target(Frozen):
    """A rig; with `name` one of its polecats, with `crew` a person's place in it."""

    rig: str
    name: str = ""
    crew: str = ""

    @property
    def by_person(self) -> bool:
        """Whether a person does what is slung there; the town launches nothing of it."""
        return bool(self.crew)

    def __str__(self) -> str:
        last = f"{CREW}/{self.crew}" if self.crew else self.name
        return f"{self.rig}/{last}" if last else self.rig


def parted(words: Sequence[str], config: TownConfig) -> tuple[list[str], Target | None]:
    """The beads that are named, and where they go if the last word says it.

    Raises:
        NotFoundError: The last word names a rig that the town has not.
        LedgerError: It names an agent that takes no beads, or no bead is named.
    """
    *beads, last = words
    if last not in config.rigs and "/" not in last:
        if "-" not in last:  # every bead's id has one
            config.rig(last)
        return list(words), None
    if not beads:
        raise LedgerError(f"say what is slung to {last}: town sling BEAD {last}")
    return beads, target_of(last, config)


def target_of(said: str, config: TownConfig) -> Target:
    """An agent that takes beads. Raises NotFoundError, LedgerError."""
    rig, _, rest = said.rstrip("/").partition("/")
    config.rig(rig)
    kind, _, person = rest.partition("/")
    if kind == CREW and _NAME.fullmatch(person.lower()):
        return Target(rig=rig, crew=person)
    if rest in _NO_POLECATS or (rest and not _NAME.fullmatch(rest)):
        raise LedgerError(f"{said} takes no beads; sling to {_WHO}")
    return Target(rig=rig, name=rest)


def check_fits(beads: Sequence[Bead], target: Target, config: TownConfig) -> None:
    """Refuse beads that the target cannot have. Raises LedgerError, NotFoundError."""
    for bead in beads:
        rig = config.rig_of(bead.id)
        if rig != target.rig:
            raise LedgerError(
                f"{bead.id} is a bead of the rig {rig}, not of {target.rig}; sling it there: "
                f"town sling {bead.id} {rig}"
            )
    if (target.name or target.crew) and len(beads) > 1:
        raise LedgerError(f"{target} works on one bead at a time; sling {len(beads)} to a rig")


def is_known(said: str, config: TownConfig) -> bool:
    """Whether a word names a rig's agent, and no bead."""
    try:
        return bool(target_of(said, config))
    except (NotFoundError, LedgerError):
        return False
