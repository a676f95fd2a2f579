"""`town bead …`: what is to be done, made and looked at; the other verbs are put in here."""

from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import ValidationError
from rich.console import RenderableType

from gastown.beads.bead import CLOSED, STATUSES, Bead, Draft
from gastown.beads.laws import type_named
from gastown.cli.carry import export, import_
from gastown.cli.change import close, dep, me, one_line, reopen, update
from gastown.cli.inner import is_inner
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table
from gastown.convoys.cells import worker
from gastown.convoys.convoy import CONVOY
from gastown.convoys.molecule import MOLECULE
from gastown.errors import LedgerError
from gastown.town.town import Town

app = group("bead", "Beads: what is to be done.")
app.command("gastown.cli.pin:pin", name="pin", help="Say which model may do a bead.")
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
        "title": one_line(title),
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
    bead = town.ledger.create(_draft(draft), actor=me())
    show(options, bead, bead.id)


@app.command(name="show")
def show_(bead: str, /, *, options: Options = PLAIN) -> None:
    """Show one bead.

    Args:
        bead: Its id.
    """
    found = options.open().ledger.show(bead)
    show(options, found, _card(found), *_elsewhere(found))


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
    if status and status not in STATUSES:
        raise LedgerError(f"no status {status!r}; statuses: {', '.join(sorted(STATUSES))}")
    town = options.open()
    found = town.ledger.find(
        prefix=_prefix(town, rig),
        status=status or None,
        issue_type=type_named(kind) if kind else None,
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
    town = options.open()
    found = town.ledger.ready(prefix=_prefix(town, rig))
    wanted = [bead for bead in found if not is_inner(bead)][:limit]
    show(options, wanted, _table("ready", wanted))


for _verb in (update, close, reopen, dep):
    app.command(_verb)
app.command(import_, name="import")
app.command(export)


def _draft(fields: dict[str, Any]) -> Draft:
    try:
        return Draft.model_validate(fields)
    except ValidationError as error:
        lines = [f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()]
        raise LedgerError("; ".join(lines)) from None


def _prefix(town: Town, rig: str) -> str | None:
    if not rig:
        return None
    return "hq" if rig == "hq" else town.config.rig(rig).prefix


def _elsewhere(bead: Bead) -> list[str]:
    """Where more of it is seen."""
    convoy = bead.id if bead.issue_type == CONVOY else str(bead.metadata.get("convoy") or "")
    if bead.issue_type not in {CONVOY, MOLECULE} or not convoy:
        return []
    return [f"its stages and beads: town convoy show {convoy}"]


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
            ("worked", _worker(bead)),
            ("commit", bead.metadata.get("evidence", {}).get("commit")),
        ]
    )


def _worker(bead: Bead) -> str:
    """Of a step: the model that did it, and the agent of others as which it worked."""
    result = bead.metadata.get("evidence", {})
    return worker(str(result.get("evidence", {}).get("agent", "")), str(result.get("model") or ""))
