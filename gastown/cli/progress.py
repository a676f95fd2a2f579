"""How far a convoy is, for the terminal: X of Y, what keeps each step, when it will land."""

from collections.abc import Iterator
from contextlib import closing

from rich.console import RenderableType
from rich.text import Text

from gastown.beads.ledger import utc_now
from gastown.cli.out import plain, table
from gastown.disk import brief_of, free_on, is_full
from gastown.feed.progress import Blocker, Progress, StepProgress
from gastown.feed.words import landing
from gastown.machine.admission.here import ledger_path, open_ledger
from gastown.town.town import Town

_SHOWN = 12  # steps that wait; the rest is counted


def in_queue(town: Town) -> dict[str, str]:
    """Why each step's bead waits for this machine, as its ledger has it, or for its disk."""
    full = full_disk(town)
    stuck = dict.fromkeys((bead.id for bead in town.ledger.ready()), full) if full else {}
    if not ledger_path(town.layout, town.config.machine).exists():
        return stuck
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        return {one.ask.who: one.because for one in ledger.waiting()} | stuck


def full_disk(town: Town) -> str:
    """That the town's disk is full, so that its work waits; empty when it is not."""
    root = town.layout.root
    return f"{brief_of(root)}: {free_on(root)}; work waits for room" if is_full(root) else ""


def draw_progress(far: Progress) -> Iterator[RenderableType]:
    """What stands below a convoy's board; nothing once it is over."""
    if far.expected is None:
        return
    kept = far.open
    if kept:
        yield Text()
        rows = [(step.state, step.title, _because(step)) for step in kept[:_SHOWN]]
        yield table("not begun", ("", "step", "blocked by"), rows)
    if len(kept) > _SHOWN:
        yield f"… and {len(kept) - _SHOWN} more"
    yield Text()
    yield plain(f"{steps_text(far)}; {landing(far.expected, utc_now().astimezone())}")


def steps_text(far: Progress) -> str:
    """X of Y, of steps and of change requests."""
    merged = f", {far.merged} of {far.beads} beads" if far.beads else ""
    return f"{far.done} of {far.total} steps{merged} done"


def _because(step: StepProgress) -> str:
    return "; ".join(map(_said, step.blocked_by)) or "nothing: it is for the next run to start"


def _said(one: Blocker) -> str:
    kind = {"gate": "gate ", "machine": "the machine: "}.get(one.kind, "")
    bead = f" ({one.bead})" if one.kind == "gate" else ""
    return f"{kind}{one.said}{bead}"
