"""`town mq …`: the merge queues of the rigs: who waits, what became of it, pause and resume."""

from typing import Annotated, Any

from cyclopts import Parameter

from gastown.agents.prose import one_line
from gastown.beads.ledger import utc_now
from gastown.cli.change import me
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table
from gastown.errors import NotFoundError
from gastown.queue.request import MergeRequest
from gastown.queue.requests import Pause, Requests
from gastown.queue.score import in_order, score
from gastown.town.town import Town

app = group("mq", "Merge queues: which branches wait for a rig's main, and what became of them.")
_COLUMNS = ("id", "status", "score", "rig", "bead", "onto", "refused", "why")
_SHOWN = 20  # red tests that are named


@app.command(name="list")
def list_(
    rig: str = "",
    /,
    *,
    all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False,
    options: Options = PLAIN,
) -> None:
    """List the requests that wait, in the order in which they are stacked.

    Args:
        rig: Of this rig only.
        all_: Those with a verdict too, the newest last.
    """
    town = options.open()
    queues = [_queue(town, name, all_=all_) for name in _rigs(town, rig)]
    rows = [
        (one["id"], one["status"], one["score"], queue["rig"], one["bead"], one["target"],
         one["retries"], one["reason"])
        for queue in queues
        for one in queue["requests"]
    ]  # fmt: skip
    told = [f"{one['rig']} is paused {_by(one['paused'])}" for one in queues if one["paused"]]
    show(options, queues, table("merge requests", _COLUMNS, rows), *told)


@app.command(name="show")
def show_(request: str, /, *, options: Options = PLAIN) -> None:
    """Show a request: whose it is, where it stands, and why it was refused.

    Args:
        request: Its id, as `town mq list` shows it, or its bead.
    """
    town = options.open()
    rig, found = _find(town, request)
    data = {"rig": rig, **_json(found, Requests.of(town.layout.rig(rig)).paused())}
    shown = ("id", "rig", "status", "score", "score_reason", "branch", "tip", "target", "bead")
    more = ("convoy", "priority", "asked_at", "retries", "commit", "reason", "note", "settled_at")
    facts = [(name.replace("_", " "), data[name]) for name in (*shown, *more)]
    show(options, data, pairs(facts), *_why(found))


@app.command
def pause(rig: str = "", /, *, reason: str = "", options: Options = PLAIN) -> None:
    """Merge nothing more until it is resumed; stages wait, and what is being gated ends first.

    Args:
        rig: Its queue only. [default: all of them]
        reason: Why; shown to whoever asks.
    """
    town = options.open()
    stop = Pause(by=me(), at=utc_now(), reason=one_line(reason))
    rigs = _rigs(town, rig)
    for name in rigs:
        Requests.of(town.layout.rig(name)).pause(stop)
    data = {"rigs": rigs, "paused": stop.model_dump(mode="json")}
    show(options, data, f"paused: {', '.join(rigs)}; go on with: town mq resume {rig}".rstrip())


@app.command
def resume(rig: str = "", /, *, options: Options = PLAIN) -> None:
    """Let a paused queue go on.

    Args:
        rig: Its queue only. [default: all of them]
    """
    town = options.open()
    stopped = [n for n in _rigs(town, rig) if Requests.of(town.layout.rig(n)).paused()]
    for name in stopped:
        Requests.of(town.layout.rig(name)).resume()
    said = f"resumed: {', '.join(stopped)}" if stopped else "nothing was paused"
    show(options, {"rigs": stopped}, said)


def _rigs(town: Town, rig: str) -> list[str]:
    if rig:
        town.config.rig(rig)
        return [rig]
    return list(town.config.rigs)


def _queue(town: Town, rig: str, *, all_: bool) -> dict[str, Any]:
    requests = Requests.of(town.layout.rig(rig))
    paused, found = requests.paused(), requests.all()
    waiting = in_order((one for one in found if one.open), utc_now())
    settled = sorted((one for one in found if not one.open), key=lambda one: str(one.settled_at))
    chosen = [*waiting, *(settled if all_ else [])]
    return {
        "rig": rig,
        "paused": paused.model_dump(mode="json") if paused else None,
        "requests": [_json(one, paused) for one in chosen],
    }


def _json(request: MergeRequest, paused: Pause | None) -> dict[str, Any]:
    """The record, its score, and in `status` what a person calls its state."""
    points = score(request, utc_now())
    status = "waiting" if paused and request.state == "ready" else request.state
    data = request.model_dump(mode="json", exclude={"ticket", "token"})
    return {**data, "status": status, "score": points.points, "score_reason": points.reason}


def _find(town: Town, request: str) -> tuple[str, MergeRequest]:
    for rig in town.config.rigs:
        for one in reversed(Requests.of(town.layout.rig(rig)).all()):
            if request in {one.id, one.bead}:
                return rig, one
    raise NotFoundError(f"no merge request {request!r}; see: town mq list --all")


def _by(paused: dict[str, Any]) -> str:
    why = f": {paused['reason']}" if paused["reason"] else ""
    return f"by {paused['by']} since {paused['at'][:16]}{why}"


def _why(request: MergeRequest) -> list[str]:
    """What its gate, or git, said."""
    if request.state == "conflict":
        return ["", request.text]
    if request.state != "red" or request.report is None:
        return []
    red = [f"- {case.file} {case.name}: {case.message}" for case in request.report.red]
    lines = [*(f"- {problem}" for problem in request.report.problems), *red[:_SHOWN]]
    log = [f"log: {request.report.log}"] if request.report.log else []
    return ["", *lines, *log]
