"""Address: whose mailbox is meant.

`overseer`, the town's own roles (`mayor`, `deacon`, `boot`, …), `<rig>/<role>`, `<rig>/<slot>` of a
polecat, `<rig>/crew/<name>`; `<rig>/` is everybody at a rig, `list:<name>` a list of town.toml.
"""

import re
from difflib import get_close_matches

from pydantic import field_validator

from gastown.errors import MailError
from gastown.stage import Frozen
from gastown.town.config import TownConfig

OVERSEER, MAYOR, DEACON, BOOT, TOWN = "overseer", "mayor", "deacon", "boot", "town"
WITNESS, REFINERY = "witness", "refinery"
# fmt: off
TOWN_WIDE = (
    OVERSEER, MAYOR, DEACON, BOOT, TOWN, "escalator", "librarian", "watchdog", "gauger", "spotter",
    "bug-scout", "oracle", "assistant",
)
"""Mailboxes that belong to no rig; `town` is the flows' own, which sends and reads no prose."""
# fmt: on
LIST, CREW = "list:", "crew"
LONGEST = 200
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_SHAPE = re.compile(rf"{LIST}{_NAME}|{_NAME}(?:/|/{_NAME}|/{CREW}/{_NAME})?")


class Address(Frozen):
    """One that could be; whether the town has such a rig or list is `parse`'s to say."""

    text: str

    @field_validator("text")
    @classmethod
    def _is_canonical(cls, text: str) -> str:
        return canonical(text)

    def __str__(self) -> str:
        return self.text

    @property
    def rig(self) -> str:
        """The rig that it belongs to; empty for one of the town."""
        return self.text.split("/", 1)[0] if "/" in self.text else ""

    @property
    def name(self) -> str:
        """What stands after the rig: `refinery`, a slot, `crew/ann`; of the town's, its name."""
        return self.text.split("/", 1)[-1]

    @property
    def is_shared(self) -> bool:
        """Whether several read what is sent here."""
        return self.text.endswith("/") or self.text.startswith(LIST)


def canonical(text: str) -> str:
    """The one way to write an address: `mayor/` is `mayor`. Raises MailError for what is none."""
    said = text.strip()
    bare = said.removesuffix("/")
    if bare in TOWN_WIDE:
        return bare
    if len(said) > LONGEST or not _SHAPE.fullmatch(said):
        raise MailError(f"{text!r} is no address; e.g. overseer, mayor, game/refinery, game/opal")
    return said


def parse(text: str, config: TownConfig) -> Address:
    """The address that a person means. Raises MailError naming what comes nearest."""
    address = Address(text=text)
    if address.text.startswith(LIST):
        known = [f"{LIST}{name}" for name in config.mail.lists]
        return _among(address, known, "lists are written under [mail.lists]")
    if address.rig:
        known = [f"{name}/{address.name}" for name in config.rigs]
        return _among(address, known, "rigs are added with: town rig add")
    return _among(address, [*TOWN_WIDE, *(f"{rig}/" for rig in config.rigs)])


def ears(address: Address, config: TownConfig) -> tuple[str, ...]:
    """Everywhere that an agent hears from: its own mailbox, its rig's, and its lists'."""
    rig = (f"{address.rig}/",) if address.rig and not address.is_shared else ()
    lists = (f"{LIST}{name}" for name, who in config.mail.lists.items() if address.text in who)
    return (address.text, *rig, *lists)


def _among(address: Address, known: list[str], hint: str = "") -> Address:
    said = address.text
    if said in known:
        return address
    near = get_close_matches(said, known, n=1)
    parts = [
        f"nobody reads mail at {said!r}",
        f"there are: {', '.join(known)}" if known else hint,
        f"did you mean {near[0]}?" if near else "",
    ]
    raise MailError("; ".join(part for part in parts if part))
