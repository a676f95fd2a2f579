"""`town bead …`: create, look at, order and close what is to be done."""

import getpass
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import ValidationError
from rich.console import RenderableType

from gastown.beads.bead import BLOCKS, CLOSED, Bead, Draft
from gastown.cli.inner import is_inner
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table
from gastown.errors import LedgerError

app = group("bead", "Beads: what is to be done.")
_COLUMNS = ("id", "P", "type", "status", "title", "assignee", "needs")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Fields:
    """What may be said of a new bead beside its title."""

    rig: Annotated[
        str, Parameter(alias="-r", help="The rig it belongs to. [default: the town itself]")
    ] = ""
    kind: Annotated[
        str, Parameter(name=["--type", "-t"], help="task, bug, feature, chore, epic, …")
    ] = "task"
    priority: Annotated[int, Parameter(alias="-p", help="0 (now) to 4 (some day).")] = 2
    description: Annotated[str, Parameter(alias="-d", help="What its worker must know.")] = ""
    acceptance: Annotated[str, Parameter(help="When it counts as done.")] = ""
    needs: Annotated[
        tuple[str, ...], Parameter(help="A bead that must close first; may be repeated.")
    ] = ()
    label: Annotated[tuple[str, ...], Parameter(help="May be repeated.")] = ()
    parent: Annotated[str, Parameter(help="The bead it is a part of; its id gets a number.")] = ""
    assignee: Annotated[str, Parameter(help="Who does it.")] = ""


NONE = Fields()


@app.command
def create(title: str, /, *, fields: Fields = NONE, options: Options = PLAIN) -> None:
    """Create a bead.

    Args:
        title: What is to be done, in one line.
    """
    town = options.open()
    draft = {
        "title": title,
        "prefix": town.config.rig(fields.rig).prefix if fields.rig else "hq",
        "issue_type": fields.kind,
        "priority": fields.priority,
        "description": fields.description,
        "acceptance_criteria": fields.acceptance,
        "needs": fields.needs,
        "labels": fields.label,
        "parent": fields.parent or None,
        "assignee": fields.assignee,
    }
    bead = town.ledger.create(_draft(draft), actor=_me())
    show(options, bead, bead.id)


@app.command(name="show")
def show_(bead: str, /, *, options: Options = PLAIN) -> None:
    """Show one bead.

    Args:
        bead: Its id.
    """
    found = options.open().ledger.show(bead)
    show(options, found, _card(found))


@app.command(name="list")
def list_(
    *,
    rig: Annotated[str, Parameter(alias="-r")] = "",
    status: str = "",
    kind: Annotated[str, Parameter(name=["--type", "-t"])] = "",
    label: str = "",
    assignee: str = "",
    all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False,
    options: Options = PLAIN,
) -> None:
    """List beads, oldest first; closed ones and steps of molecules only on request.

    Args:
        rig: Only this rig's; `hq` is the town's own.
        status: Only this one: open, in_progress, blocked, deferred, closed, …
        kind: Only this type.
        label: Only with this label.
        assignee: Only this one's.
        all_: Closed ones and steps of molecules too.
    """
    town = options.open()
    found = town.ledger.find(
        prefix=_prefix(options, rig),
        status=status or None,
        issue_type=kind or None,
        label=label or None,
        assignee=assignee or None,
    )
    wanted = [b for b in found if all_ or ((status or b.status != CLOSED) and not is_inner(b))]
    show(options, wanted, _table("beads", wanted))


@app.command
def ready(
    *,
    rig: Annotated[str, Parameter(alias="-r")] = "",
    limit: Annotated[int | None, Parameter(alias="-n")] = None,
    options: Options = PLAIN,
) -> None:
    """List open beads that nothing blocks, best first.

    Args:
        rig: Only this rig's; `hq` is the town's own.
        limit: At most so many.
    """
    found = options.open().ledger.ready(prefix=_prefix(options, rig))
    wanted = [bead for bead in found if not is_inner(bead)][:limit]
    show(options, wanted, _table("ready", wanted))


@app.command
def close(beads: list[str], /, *, reason: str = "done", options: Options = PLAIN) -> None:
    """Close beads.

    Args:
        beads: Their ids; the first that is refused ends the command.
        reason: Why; kept with the bead.
    """
    ledger = options.open().ledger
    closed = [ledger.close(bead, reason, actor=_me()) for bead in beads]
    show(options, closed, *(f"{bead.id} closed: {bead.title}" for bead in closed))


@app.command
def dep(
    bead: str,
    needs: str,
    /,
    *,
    kind: str = BLOCKS,
    remove: bool = False,
    options: Options = PLAIN,
) -> None:
    """Say that a bead needs another one first.

    Args:
        bead: The bead that waits.
        needs: The bead that must close first.
        kind: blocks, parent-child, related, tracks, …
        remove: Take the dependency away instead.
    """
    ledger = options.open().ledger
    if bead == needs:
        raise LedgerError(f"{bead} cannot need itself")
    if remove:
        ledger.unlink(bead, needs, actor=_me())
    else:
        ledger.link(bead, needs, kind, actor=_me())
    show(options, ledger.show(bead), f"{bead} {'no longer needs' if remove else 'needs'} {needs}")


def _draft(fields: dict[str, Any]) -> Draft:
    try:
        return Draft.model_validate(fields)
    except ValidationError as error:
        lines = [f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()]
        raise LedgerError("; ".join(lines)) from None


def _prefix(options: Options, rig: str) -> str | None:
    if not rig:
        return None
    return "hq" if rig == "hq" else options.open().config.rig(rig).prefix


def _me() -> str:
    """Who acts, for the ledger's events."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return ""


def _table(title: str, beads: list[Bead]) -> RenderableType:
    rows = [
        (b.id, b.priority, b.issue_type, b.status, b.title, b.assignee, ", ".join(b.needs))
        for b in beads
    ]
    return table(title, _COLUMNS, rows)


def _card(bead: Bead) -> RenderableType:
    return pairs(
        [
            ("id", bead.id),
            ("title", bead.title),
            ("status", bead.status),
            ("type", bead.issue_type),
            ("priority", bead.priority),
            ("assignee", bead.assignee),
            ("labels", ", ".join(bead.labels)),
            ("parent", bead.parent),
            ("needs", ", ".join(bead.needs)),
            ("description", bead.description),
            ("acceptance", bead.acceptance_criteria),
            ("notes", bead.notes),
            ("created", f"{bead.created_at:%Y-%m-%d %H:%M} {bead.created_by}"),
            ("closed", f"{bead.closed_at:%Y-%m-%d %H:%M}" if bead.closed_at else None),
            ("because", bead.close_reason),
            ("commit", bead.metadata.get("evidence", {}).get("commit")),
        ]
    )
