"""`town card …`: what each role is told of its duty, and whether it is ours or the town's own."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from gastown.agents.card import Card
from gastown.agents.roles import card_of, roles
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.errors import ConfigError

app = group("card", "Cards: what each role is told of its duty.")
_COLUMNS = ("role", "version", "digest", "from", "remark")


@app.command(name="list")
def list_(*, rig: str = "", options: Options = PLAIN) -> None:
    """List the roles' cards: their versions, and whose they are.

    A town is not needed; where there is one, its own cards stand before ours.

    Args:
        rig: As they are in this rig.
    """
    folders = _folders(options, rig)
    rows = [_row(card_of(role, folders)) for role in _roles(folders)]
    show(options, rows, table("cards", _COLUMNS, [tuple(row.values()) for row in rows]))


@app.command(name="show")
def show_(role: str, /, *, rig: str = "", options: Options = PLAIN) -> None:
    """Show a role's card as its sessions are told it.

    Args:
        role: Whose.
        rig: As it is in this rig.
    """
    card = card_of(role, _folders(options, rig))
    show(options, {**_row(card), "text": card.text}, card.text)


@app.command
def diff(role: str, /, *, rig: str = "", options: Options = PLAIN) -> int:
    """Show what a town's or rig's card says otherwise than ours; exit code 1 if anything.

    Args:
        role: Whose.
        rig: As it is in this rig.
    """
    mine, ours = card_of(role, _folders(options, rig)), card_of(role)
    lines = [
        line.rstrip("\n")
        for line in difflib.unified_diff(
            ours.text.splitlines(), mine.text.splitlines(), _named(ours), _named(mine), n=2
        )
    ]
    said = lines or [f"{role}: no difference; the card is {_named(mine)}"]
    shown = {**_row(mine), "ours": dict(ours.facts), "diff": lines}
    show(options, shown, *said, *filter(None, [_remark(mine)]))
    return int(bool(lines))


@app.command
def copy(role: str, /, *, rig: str = "", options: Options = PLAIN) -> None:
    """Begin a card of the town's own, or of a rig's, from the one that is told now.

    Args:
        role: Whose.
        rig: For this rig alone.
    """
    town = options.open()
    folder = _folders(options, rig)[0] if rig else town.layout.cards
    card = card_of(role, town.cards(rig or None))
    path = folder / f"{role}.md"
    if path.exists():
        raise ConfigError(f"{path} is there already; see: town card diff {role}")
    ours = card_of(role).head.version
    folder.mkdir(parents=True, exist_ok=True)
    head = f"---\nversion: {card.head.version or 1}-own\nbased_on: {ours}\n---\n"
    path.write_text(f"{head}{card.text}\n", encoding="utf-8")
    show(options, {"role": role, "path": path}, f"{path} is yours to edit; it counts at once")


def _folders(options: Options, rig: str) -> tuple[Path, ...]:
    """Raises NotFoundError for a rig that the town has not."""
    if not options.has_town and not rig:
        return ()
    town = options.open()
    if rig:
        town.config.rig(rig)
    return town.cards(rig or None)


def _roles(folders: tuple[Path, ...]) -> list[str]:
    own = (file.stem for folder in folders for file in folder.glob("*.md"))
    return sorted({*roles(), *own})


def _row(card: Card) -> dict[str, str]:
    return {"role": card.role, **card.facts, "remark": _remark(card)}


def _remark(card: Card) -> str:
    return "; ".join(_remarks(card))


def _remarks(card: Card) -> Iterator[str]:
    if not card.head.version:
        yield "it says no version"
    if card.ours or card.role not in roles():
        return
    ours = card_of(card.role).head.version
    if card.head.based_on and card.head.based_on != ours:
        yield f"made from version {card.head.based_on} of ours, which is {ours} by now"


def _named(card: Card) -> str:
    return f"{card.origin} (version {card.head.version or 'unknown'})"
