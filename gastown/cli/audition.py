"""`town audition`: let a model try a role's tasks, and tell how many it carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from gastown.auditions.chart import audition_chart
from gastown.auditions.record import record_of, standing
from gastown.auditions.report import COLUMNS, TASK_COLUMNS, cells, scores, task_rows
from gastown.auditions.score import Score
from gastown.auditions.task import AuditionTask, load_tasks, roles
from gastown.auditions.trial import Trial
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table, tell
from gastown.drawing.save import check_kind, save_picture
from gastown.errors import ConfigError, NotFoundError

Level = Literal["", "easy", "medium", "hard"]
Language = Literal["", "python", "gdscript", "any"]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried, and how often."""

    model: Annotated[
        tuple[str, ...], Parameter(help="A row of the catalogue; several compare.")
    ] = ()
    endpoint: Annotated[str, Parameter(help="An OpenAI-compatible address; needs no row.")] = ""
    repeat: Annotated[int, Parameter(help="Times each task is tried.", validator=Number(gte=1))] = 3
    jobs: Annotated[int, Parameter(help="Trials at once.", validator=Number(gte=1))] = 1
    task: Annotated[tuple[str, ...], Parameter(help="Only this one; may be repeated.")] = ()
    language: Annotated[Language, Parameter(help="Only tasks in it.")] = ""
    difficulty: Annotated[Level, Parameter(help="Only tasks of it.")] = ""
    tasks: Annotated[Path | None, Parameter(help="A folder of tasks of your own.")] = None
    compare: Annotated[
        bool, Parameter(help="Models beside each other, and drawn; else those tried so far.")
    ] = False
    plot: Annotated[Path | None, Parameter(help="Draw the shares: .svg or .png.")] = None


NOTHING = Wanted()


def audition(role: str = "", /, *, wanted: Wanted = NOTHING, options: Options = PLAIN) -> int:
    """Give models a role's work to try, in sandboxes; without one, show what is known so far.

    Exit code 1 when a model turns out unfit. Every trial is kept in the town's auditions.jsonl.

    Args:
        role: The role, e.g. polecat. [default: all results so far]
    """
    plot = _plot(role, wanted)
    if not role or not wanted.model:
        return _known(role, plot, options)
    chosen = _chosen(load_tasks(role, wanted.tasks), wanted)
    trials, skipped = _run(role, chosen, wanted, options)
    found = scores(trials)
    tried = f"{_count(len(chosen), 'task')}, each tried {_count(wanted.repeat, 'time')}"
    title = f"Audition for the {role}: {tried}"
    notes = [*(f"note: {line}" for line in skipped), *_drawn(title, found, plot)]
    data = {
        "role": role,
        "scores": [
            _json(dict(zip(COLUMNS, cells(one), strict=True)), one.interval) for one in found
        ],
        "tasks": [dict(zip(TASK_COLUMNS, row, strict=True)) for row in task_rows(trials)],
        "trials": [one.model_dump(mode="json") for one in trials],
        "notes": skipped,
    }
    tasks = table("tasks", TASK_COLUMNS, list(task_rows(trials)))
    show(options, data, tasks, table(title, COLUMNS, map(cells, found)), *notes)
    return int(any(one.fitness == "unfit" for one in found))


def _run(
    role: str, tasks: Sequence[AuditionTask], wanted: Wanted, options: Options
) -> tuple[tuple[Trial, ...], list[str]]:
    from tasks.audition import candidate_of
    from tasks.auditions import programme, run_programme

    town = options.open()
    candidates = [candidate_of(town, role, name, wanted.endpoint) for name in wanted.model]
    plan = programme(candidates, tasks, wanted.repeat)
    for line in plan.skipped:
        tell(line)
    tell(f"{len(plan)} trials; interrupt at any time: what has ended is kept")
    trials = run_programme(
        plan, wanted.jobs, lambda one, count: tell(f"{count} of {len(plan)} · {one.line}")
    )
    return trials, list(plan.skipped)


def _chosen(tasks: Sequence[AuditionTask], wanted: Wanted) -> list[AuditionTask]:
    unknown = set(wanted.task) - {one.key for one in tasks}
    if unknown:
        known = ", ".join(one.key for one in tasks)
        raise NotFoundError(f"--task {min(unknown)}: there is none; there are: {known}")
    found = [
        one
        for one in tasks
        if (not wanted.task or one.key in wanted.task)
        and wanted.language in ("", one.language)
        and wanted.difficulty in ("", one.difficulty)
    ]
    if not found:
        raise ConfigError("no task is left: --language and --difficulty leave none")
    return found


def _plot(role: str, wanted: Wanted) -> Path | None:
    """Where to draw, if at all. Raises ConfigError for what cannot be drawn or compared."""
    if wanted.compare and len(wanted.model) == 1:
        raise ConfigError("--compare: name several models, or none for those tried so far")
    if not role and (wanted.compare or wanted.plot):
        raise ConfigError("--compare and --plot are of one role; give it: town audition ROLE")
    plot = wanted.plot or (Path(f"audition-{role}.svg") if wanted.compare else None)
    if plot is not None:
        check_kind(plot)
    return plot


def _drawn(title: str, found: Sequence[Score], plot: Path | None) -> list[str]:
    if plot is None:
        return []
    save_picture(audition_chart(title, found), plot)
    return [f"drawn: {plot}"]


def _known(role: str, plot: Path | None, options: Options) -> int:
    """All that earlier auditions showed."""
    if role and role not in roles():
        raise NotFoundError(f"no tasks for the role {role!r}; there are: {', '.join(roles())}")
    found = standing(record_of(options.open().layout))
    mine = {key: one for key, one in sorted(found.items()) if role in ("", key[0])}
    rows = [(key[0], *cells(one)) for key, one in mine.items()]
    data = [dict(zip(("role", *COLUMNS), row, strict=True)) for row in rows]
    drawn = _drawn(f"Auditions for the {role}", list(mine.values()), plot) if mine else []
    try_it = f"try one: town audition {role or 'ROLE'} --model NAME"
    drawn = drawn or [try_it]
    show(options, {"auditions": data}, table("auditions", ("role", *COLUMNS), rows), *drawn)
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _json(row: dict[str, str], interval: tuple[float, float]) -> dict[str, object]:
    return {**row, "interval": [round(one, 4) for one in interval]}
