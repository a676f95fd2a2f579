"""Roles: the card that tells a model what its duty is, what it may touch and how to hand in."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from gastown.errors import ConfigError, NotFoundError

CARDS = files("gastown.agents") / "cards"
_ROLE = r"[a-z][\w-]*"


def roles() -> tuple[str, ...]:
    """Names of the roles that have a card of ours."""
    names = (card.name for card in CARDS.iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))


def role_card(role: str, overrides: Sequence[Path] = ()) -> str:
    """The text of `<role>.md`: from the first override folder that has one, else ours.

    Raises:
        NotFoundError: No folder has a card of that name; names the roles there are.
        ConfigError: The card is empty or not text.
    """
    if re.fullmatch(_ROLE, role):
        for card in (*(folder / f"{role}.md" for folder in overrides), CARDS / f"{role}.md"):
            if card.is_file():
                return _text(str(card), card.read_bytes())
    raise NotFoundError(f"no role card {role}.md; roles: {', '.join(roles())}")


def directives(role: str, folders: Sequence[Path]) -> str:
    """What a town and a rig tell a role beside its card: `<role>.md` of every folder, in order.

    Raises ConfigError for a file that is empty or not text.
    """
    files = (folder / f"{role}.md" for folder in folders if re.fullmatch(_ROLE, role))
    return "\n\n".join(_text(str(file), file.read_bytes()) for file in files if file.is_file())


def _text(name: str, data: bytes) -> str:
    text = data.decode(errors="replace").strip()
    if not text or "\N{REPLACEMENT CHARACTER}" in text:
        raise ConfigError(
            f"{name}: what a role is told is UTF-8 text; this one is empty or not text"
        )
    return text
