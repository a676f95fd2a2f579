"""`town bead update`, `close`, `reopen` and `dep`: what a person changes of a bead."""

import getpass
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from cyclopts import Parameter

from gastown.beads.bead import BLOCKING, BLOCKS, CLOSED, KINDS, PARENT_CHILD, TRACKS, Bead
from gastown.beads.laws import LONGEST_TITLE
from gastown.beads.ledger import Ledger
from gastown.cli.going_on import go_on
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.errors import LedgerError, NotFoundError
from gastown.gates.record import GATE


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Changes:
    """What may be said anew of a bead; what is not said stays."""

    title: Annotated[str | None, Parameter(help="What is to be done, in one line.")] = None
    description: Annotated[str | None, Parameter(alias="-d", help="What its worker must know.")] = (
        None
    )
    acceptance: Annotated[str | None, Parameter(help="When it counts as done.")] = None
    kind: Annotated[
        str | None, Parameter(name=["--type", "-t"], help="task, bug, feature, chore, epic, …")
    ] = None
    priority: Annotated[int | None, Parameter(alias="-p", help="0 (now) to 4 (some day).")] = None
    status: Annotated[
        str | None, Parameter(help="open, in_progress, blocked, deferred, …; see also close.")
    ] = None
    assignee: Annotated[str | None, Parameter(help='Who does it; "" for nobody.')] = None
    label: Annotated[tuple[str, ...], Parameter(help="Add it; may be repeated.")] = ()
    remove_label: Annotated[tuple[str, ...], Parameter(help="Take it off; may be repeated.")] = ()


NOTHING = Changes()


def update(bead: str, /, *, changes: Changes = NOTHING, options: Options = PLAIN) -> None:
    """Change a bead.

    Args:
        bead: Its id.
    """
    ledger = options.open().ledger
    said = _said(ledger.show(bead), changes)
    if not said:
        raise LedgerError(f"{bead}: say what to change: --title, --description, --priority, …")
    new = ledger.update(bead, said, actor=me())
    show(options, new, f"{bead}: {', '.join(said)} set")


def close(
    beads: list[str],
    /,
    *,
    reason: str = "done",
    continue_: Annotated[bool, Parameter(name="--continue")] = False,
    output: Annotated[str, Parameter(name="--output")] = "",
    options: Options = PLAIN,
) -> None:
    """Close beads, all or none.

    Args:
        beads: Their ids.
        reason: Why; kept with the bead.
        continue_: The bead is a molecule's step: claim the next one that is ready.
        output: With --continue: what the step hands on, as a JSON object.
    """
    if continue_:
        _close_step(options, beads, reason, output)
        return
    town = options.open()
    ledger = town.ledger
    closed = ledger.close_many(beads, reason, actor=me())
    if any(bead.issue_type == GATE for bead in closed):
        go_on(town)
    for bead in closed:
        for need in _open_needs(ledger, bead):
            tell(f"warning: {bead.id} is closed, though {need.id} ({need.title}) is still open")
    show(options, closed, *(f"{bead.id} closed: {bead.title}" for bead in closed))


def _close_step(options: Options, beads: Sequence[str], reason: str, output: str) -> None:
    from flows.by_hand import close_by_hand

    if len(beads) != 1:
        raise LedgerError("--continue closes one step at a time")
    try:
        said = json.loads(output or "{}")
    except ValueError as error:
        raise LedgerError(f"--output is no JSON: {error}") from None
    if not isinstance(said, dict):
        raise LedgerError('--output is a JSON object, e.g. {"green": true}')
    done = close_by_hand(
        options.open(), beads[0], reason, me(), output=cast("dict[str, Any]", said)
    )
    standing = done.standing
    more = f"next: {done.next.bead} {done.next.title}" if done.next else "no step is ready"
    if standing.done == len(standing.work):
        more = (
            f"all done; land it: town convoy launch {standing.convoy} --formula {standing.formula}"
        )
    show(options, done, f"{beads[0]} closed ({standing.done} of {len(standing.work)})", more)


def reopen(bead: str, /, *, reason: str, options: Options = PLAIN) -> None:
    """Open a closed bead again, or one that somebody holds; the claim on it is void.

    Args:
        bead: Its id.
        reason: Why; kept in the ledger's events.
    """
    ledger = options.open().ledger
    before = ledger.show(bead)
    after = ledger.reopen(bead, reason, actor=me())
    said = f"was {before.status}, is {after.status}" if after != before else "was open already"
    show(options, after, f"{bead} {said}: {after.title}")


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
        remove: Take the dependency away instead, of whatever kind it is.
    """
    ledger = options.open().ledger
    if remove:
        _unlink(ledger, bead, needs)
        said = f"no edge from {bead} to {needs} any more"
    else:
        _link(ledger, bead, needs, kind)
        said = f"{bead} needs {needs}" if kind in BLOCKING else f"{bead} {kind} {needs}"
    show(options, ledger.show(bead), said)


def one_line(title: str) -> str:
    """A title without spaces around it. Raises LedgerError for none, a long one, or two lines."""
    text = title.strip()
    if not text:
        raise LedgerError("the title is empty; it says in one line what is to be done")
    if len(text.splitlines()) > 1:
        raise LedgerError(
            f"a title is one line, and this one goes on after {text.splitlines()[0]!r}; "
            f"the rest belongs into a description"
        )
    if len(text) > LONGEST_TITLE:
        raise LedgerError(f"the title has {len(text)} characters, {LONGEST_TITLE} are allowed")
    return text


def me() -> str:
    """Who acts, for the ledger's events."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return ""


def _said(bead: Bead, changes: Changes) -> dict[str, Any]:
    said = {
        "title": None if changes.title is None else one_line(changes.title),
        "description": changes.description,
        "acceptance_criteria": changes.acceptance,
        "issue_type": changes.kind,
        "priority": changes.priority,
        "status": changes.status,
        "assignee": changes.assignee,
        "labels": _labels(bead, changes),
    }
    return {name: value for name, value in said.items() if value is not None}


def _labels(bead: Bead, changes: Changes) -> Sequence[str] | None:
    if not changes.label and not changes.remove_label:
        return None
    if lacking := [one for one in changes.remove_label if one not in bead.labels]:
        has = ", ".join(bead.labels) or "none"
        raise LedgerError(f"{bead.id} has no label {', '.join(lacking)}; it has: {has}")
    return [one for one in (*bead.labels, *changes.label) if one not in changes.remove_label]


def _open_needs(ledger: Ledger, bead: Bead) -> Iterator[Bead]:
    for edge in bead.dependencies:
        if edge.type not in BLOCKING - {PARENT_CHILD}:
            continue
        try:
            need = ledger.show(edge.depends_on_id)
        except NotFoundError:  # an edge to a bead of a ledger that is not here
            continue
        if need.status != CLOSED:
            yield need


def _link(ledger: Ledger, bead: str, needs: str, kind: str) -> None:
    if kind not in KINDS:
        common = (BLOCKS, PARENT_CHILD, "related", TRACKS)
        rest = sorted(KINDS - set(common))
        raise LedgerError(f"no kind {kind!r}; kinds: {', '.join([*common, *rest])}")
    if bead == needs:
        raise LedgerError(f"{bead} cannot need itself")
    ledger.link(bead, needs, kind, actor=me())


def _unlink(ledger: Ledger, bead: str, needs: str) -> None:
    edges = ledger.show(bead).dependencies
    if needs not in {edge.depends_on_id for edge in edges}:
        has = ", ".join(f"{edge.depends_on_id} ({edge.type})" for edge in edges) or "none"
        raise LedgerError(f"{bead} has no edge to {needs}; its edges: {has}")
    ledger.unlink(bead, needs, actor=me())
