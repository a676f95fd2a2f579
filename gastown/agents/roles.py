"""Roles: which card tells a role what its duty is, what it may touch and how to hand in."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from gastown.agents.card import OURS, Card, as_text, parse_card
from gastown.errors import NotFoundError

CARDS = files("gastown.agents") / "cards"
_ROLE = r"[a-z][\w-]*"


def roles() -> tuple[str, ...]:
    """Names of the roles that have a card of ours."""
    names = (card.name for card in CARDS.iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))


def role_card(role: str, overrides: Sequence[Path] = ()) -> str:
    """The text of a role's card, without what its file says of itself; see `card_of`."""
    return card_of(role, overrides).text


def card_of(role: str, overrides: Sequence[Path] = ()) -> Card:
    """The card `<role>.md`: from the first override folder that has one, else ours.

    Raises:
        NotFoundError: No folder has a card of that name; names the roles there are.
        ConfigError: The card is empty, not text, or says something wrong of itself.
    """
    if re.fullmatch(_ROLE, role):
        for file in (folder / f"{role}.md" for folder in overrides):
            if file.is_file():
                return parse_card(role, str(file), file.read_bytes(), str(file))
        ours = CARDS / f"{role}.md"
        if ours.is_file():
            return parse_card(role, str(ours), ours.read_bytes(), OURS)
    raise NotFoundError(f"no role card {role}.md; roles: {', '.join(roles())}")


def directives(role: str, folders: Sequence[Path]) -> str:
    """What a town and a rig tell a role beside its card: `<role>.md` of every folder, in order.

    Raises ConfigError for a file that is empty or not text.
    """
    files = (folder / f"{role}.md" for folder in folders if re.fullmatch(_ROLE, role))
    return "\n\n".join(as_text(str(file), file.read_bytes()) for file in files if file.is_file())
