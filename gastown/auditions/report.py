"""report: what an audition showed, as Markdown: each model, then each task with what went wrong."""

from collections.abc import Iterator, Sequence

from gastown.auditions.score import Score, by_task, score
from gastown.auditions.trial import Trial

COLUMNS = ("model", "passed", "share", "95 %", "bad answers", "tokens in/out", "tok/s", "VRAM/RAM",
           "money", "minutes", "verdict")  # fmt: skip


def report(role: str, trials: Sequence[Trial], notes: Sequence[str] = ()) -> str:
    """The whole page."""
    head = [f"# Audition for the {role}", "", *(f"> {note}\n" for note in notes)]
    rows = [cells(one) for one in scores(trials)]
    return "\n".join([*head, *_table(COLUMNS, rows), "", *_tasks(trials)]) + "\n"


def scores(trials: Sequence[Trial]) -> list[Score]:
    """One a model, in the order in which they were tried first."""
    models = dict.fromkeys(one.model for one in trials)
    return [score(name, [one for one in trials if one.model == name]) for name in models]


def cells(one: Score) -> tuple[str, ...]:
    """A model's row under COLUMNS."""
    low, high = one.interval
    return (
        one.model,
        f"{one.passed} of {one.trials}",
        f"{one.rate:.0%}",
        f"{low:.0%} to {high:.0%}",
        str(one.bad_answers),
        f"{one.input_tokens:,}/{one.output_tokens:,}",
        f"{one.tokens_per_s:,.0f}",
        f"{one.vram_mib:,}/{one.ram_mib:,} MiB" if one.vram_mib or one.ram_mib else "-",
        f"${one.micro_usd / 1e6:.4f}",
        f"{one.seconds / 60:.1f}",
        one.fitness,
    )


def task_rows(trials: Sequence[Trial]) -> Iterator[tuple[str, ...]]:
    """Each task of each model: passed, and why it last was not."""
    for task, some in by_task(trials).items():
        for one in scores(some):
            mine = [trial for trial in some if trial.model == one.model]
            failed = [trial.why for trial in mine if not trial.passed]
            yield task, mine[0].difficulty, *cells(one)[:-1], failed[-1] if failed else ""


TASK_COLUMNS = ("task", "difficulty", *COLUMNS[:-1], "last fault")


def _tasks(trials: Sequence[Trial]) -> Iterator[str]:
    yield "## Tasks"
    yield ""
    yield from _table(TASK_COLUMNS, list(task_rows(trials)))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(one) for one in row)} |"


def _cell(text: str) -> str:
    """A model may have said it: nothing in it is markup."""
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\|`*_[]<>!#" else c for c in flat)[:300]
