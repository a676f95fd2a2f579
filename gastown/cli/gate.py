"""`town gate …`: what convoys wait for outside, and a person's answer to it."""

from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import utc_now
from gastown.cli.change import me
from gastown.cli.going_on import go_on, look_and_go_on, otherwise
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table
from gastown.convoys.molecule import load
from gastown.errors import LedgerError
from gastown.gates.form import form_of, question
from gastown.gates.record import GATE, GateRecord, open_gates, record_of, require_record
from gastown.gates.words import how_to_answer, length, waits_for

app = group("gate", "Gates: what convoys wait for outside, and a person's answer.")


@app.command(name="list")
def list_(
    *, all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False, options: Options = PLAIN
) -> None:
    """List the gates that wait, oldest first.

    Args:
        all_: Those that are resolved too.
    """
    town = options.open()
    waiting = open_gates(town.ledger)
    beads = [b for b in town.ledger.find(issue_type=GATE) if b.id in waiting]
    if all_:
        beads = [b for b in town.ledger.find(issue_type=GATE) if record_of(b) is not None]
    data = [_json(bead) for bead in beads]
    columns = ("id", "status", "waits for", "since", "convoy", "title")
    rows = [
        (one["id"], one["state"], one["waits_for"], one["since"], one["convoy"], one["title"])
        for one in data
    ]
    show(options, data, table("gates", columns, rows))


@app.command(name="show")
def show_(gate: str, /, *, options: Options = PLAIN) -> None:
    """Show a gate: what is asked, since when, and how to answer.

    Args:
        gate: Its id, as `town gate list` shows it.
    """
    town = options.open()
    bead = town.ledger.show(gate)
    record = require_record(bead)
    plan = load(town.ledger, town.ledger.show(record.molecule)).plan
    form = form_of(plan, record.key)
    asked = question(plan, record.key)
    fields = {name: var.model_dump(mode="json") for name, var in form.items()}
    data = {**_json(bead), "asks": asked, "form": fields}
    show(options, data, _card(bead, record, form), *_how(bead, form), "", asked)


@app.command
def resolve(
    gate: str,
    /,
    *,
    answer: str = "",
    comment: str = "",
    reject: bool = False,
    values: Annotated[tuple[str, ...], Parameter(name=["--set", "-s"])] = (),
    by: str = "",
    options: Options = PLAIN,
) -> None:
    """Open a gate, of whatever kind, and let what waits for it go on.

    Args:
        gate: Its id, as `town gate list` shows it.
        answer: What steps after it can read as its output.
        comment: Why; kept with the gate.
        reject: Say no: the step fails with the comment as its reason.
        values: NAME=VALUE for a field of the gate's form; may be repeated.
        by: Who says so. [default: you]
    """
    from flows.by_hand import follow
    from gastown.cli.values import parse_values
    from tasks.gates import Reply
    from tasks.gates import answer as answer_gate

    if reject and (answer or values):
        raise LedgerError("--reject takes a --comment alone; an answer belongs to a yes")
    town = options.open()
    reply = Reply(not reject, by or me(), "town gate", answer, comment, parse_values(values))
    looked = answer_gate(town, gate, reply)
    follow(town, [gate])
    went_on = go_on(town)
    said = "its run goes on" if looked.run in went_on else otherwise(town, looked.run)
    data = {**looked.model_dump(mode="json"), "resumed": looked.run in went_on}
    show(options, data, f"{gate} {looked.found}: {looked.said}; {said}")


@app.command
def check(gates: tuple[str, ...] = (), /, *, options: Options = PLAIN) -> None:
    """Look now at what gates wait for, and let go on what can.

    Args:
        gates: Their ids. [default: all that wait]
    """
    town = options.open()
    for gate in gates:
        require_record(town.ledger.show(gate))
    found = look_and_go_on(town, list(gates or open_gates(town.ledger)))
    looked, went_on = found.looked, found.runs
    data = [{**one.model_dump(mode="json"), "resumed": one.run in went_on} for one in looked]
    rows = [(one.gate, one.found, one.said, one.title) for one in looked]
    show(options, data, table("gates", ("id", "status", "because", "title"), rows))


def _state(bead: Bead, record: GateRecord) -> str:
    if bead.status == CLOSED:
        return "resolved"
    if record.rejected is not None:
        return "rejected"
    return "overdue" if record.escalated is not None else "open"


def _json(bead: Bead) -> Mapping[str, Any]:
    record = require_record(bead)
    end = bead.closed_at or utc_now()
    evidence = bead.metadata.get("evidence", {}).get("evidence", {})
    return {
        "id": bead.id,
        "title": bead.title,
        "state": _state(bead, record),
        "type": record.gate.type,
        "await_id": record.gate.await_id,
        "waits_for": waits_for(record.gate),
        "opened": record.opened,
        "since": length((end - record.opened).total_seconds()),
        "timeout_s": record.gate.timeout_s,
        "convoy": record.convoy,
        "molecule": record.molecule,
        "key": record.key,
        "run": record.run,
        "because": bead.close_reason,
        "by": evidence.get("by", ""),
        "output": evidence.get("output"),
        "escalated": record.escalated,
        "rejected": record.rejected,
        "refused": record.refused,
    }


def _card(bead: Bead, record: GateRecord, form: Mapping[str, Any]) -> RenderableType:
    said = _json(bead)
    end = record.gate.timeout_s
    called = record.escalated
    return pairs(
        [
            ("id", bead.id),
            ("title", bead.title),
            ("status", said["state"]),
            ("waits for", said["waits_for"]),
            ("since", f"{record.opened:%Y-%m-%d %H:%M} UTC, {said['since']}"),
            ("timeout", length(end) if end is not None else None),
            ("called a person", f"{called.at:%Y-%m-%d %H:%M} {called.reason}" if called else None),
            ("told", "yes" if called and called.told else "nobody" if called else None),
            ("refused answer", record.refused),
            ("rejected", record.rejected.reason if record.rejected else None),
            ("because", bead.close_reason),
            ("by", said["by"]),
            ("convoy", record.convoy),
            ("fields", ", ".join(form)),
        ]
    )


def _how(bead: Bead, form: Mapping[str, Any]) -> list[str]:
    if bead.status == CLOSED:
        return []
    fields = "".join(f" --set {name}=…" for name in form)
    return [
        f"open it:   {how_to_answer(bead.id)} --answer …{fields}",
        f"refuse it: {how_to_answer(bead.id)} --reject --comment …",
    ]
