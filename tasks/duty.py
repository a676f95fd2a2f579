"""duty: a formula's step that is no stage of its own: the role's agent does what its text says.

It works on the formula's own branch of the rig, in a worktree of its own, or only reads there; a
step without a rig only answers. A fresh session knows what the ledger and the worktree say, and
nothing else. Its report is the step's output, on which conditions and fan-outs rest.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, JsonValue

from gastown.agents.answers import Answer, Paragraph
from gastown.agents.brief import bead_text, material, rework_text
from gastown.agents.prose import clean, one_line
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.beads.bead import CLOSED
from gastown.convoys.convoy import members, show_convoy
from gastown.convoys.molecule import Molecule, find_molecule, recorded
from gastown.errors import StageFailedError
from gastown.formula.items import items_of
from gastown.formula.plan import PlannedStep
from gastown.queue.outcome import Contained, Merged
from gastown.rigs.diff import diff_text
from gastown.rigs.duties import Duty
from gastown.rigs.git import Repo
from gastown.rigs.proposal import proposed
from gastown.rigs.rebase import Conflict
from gastown.rigs.traces import formula_branch
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.merge_queue import through_queue
from tasks.rigs import TRUTH, describe, green, main_ref, red_text

READ_ONLY, MERGE, OUTPUT = "review_only", "merge", "output"
"""Keys of a step's metadata: it only reads; its branch is merged after it; its report's file."""
CHANGE = "change"
"""Of a step that only reads: the branch or pull request (`pull/7`) at origin that it looks at."""
DIFF_CHARS = 12_000
MOST_REPORT = 20_000
_SHOWN = 2_000  # characters of an earlier step's output
_TITLE = 80


def _whole(text: str) -> str:
    said = clean(text)
    if len(said) > MOST_REPORT:
        raise ValueError(f"it has {len(said)} characters; say it in at most {MOST_REPORT}")
    return said


class Report(Answer):
    """What a step hands in."""

    summary: Paragraph = Field(description="What you did or found, in one or two sentences.")
    output: dict[str, JsonValue] = Field(
        default_factory=dict, description="The values that the task asks for by name, if any."
    )
    report: Annotated[str, AfterValidator(_whole)] = Field(
        default="", description="The whole finding as Markdown, where the task asks for one."
    )


def duty(desk: Desk) -> StageResult:
    """Let the agent do the step, commit what it wrote onto the formula's branch, report."""
    molecule = find_molecule(desk.town.ledger, desk.request.convoy)
    if molecule is None:
        raise StageFailedError(f"{desk.request.convoy} has no molecule")
    step = molecule.plan.by_key[desk.request.key]
    if desk.request.rig is None:
        return _result(_session(desk, molecule, step, None))
    Repo(desk.layout.canonical).fetch()
    place = _place(desk, step)
    result = _gauged(desk, place, step) if step.role == "gauger" else _worked(desk, molecule, place)
    return _merged(desk, result) if step.metadata.get(MERGE) else result


def _place(desk: Desk, step: PlannedStep) -> Duty:
    main, request, start = Repo(desk.layout.canonical), desk.request, ""
    if step.metadata.get(READ_ONLY) and step.metadata.get(CHANGE):
        start = proposed(main, str(step.metadata[CHANGE]))
    return Duty(desk.layout, request.convoy, request.step, request.round, main_ref(desk), start)


def _worked(desk: Desk, molecule: Molecule, place: Duty) -> StageResult:
    step = molecule.plan.by_key[desk.request.key]
    said = place.said(Repo(desk.layout.canonical), place.tip)
    if said is not None:  # an attempt that died had come as far as that
        place.close()
        return _result(Report.model_validate(said))
    repo = place.open()
    said = place.said(repo, "HEAD")
    report = Report.model_validate(said) if said else _session(desk, molecule, step, repo)
    if step.metadata.get(READ_ONLY):
        repo.discard()
        place.close()
        return _result(report)
    title = one_line(step.title, _TITLE)
    place.commit(repo, title, step.role, desk.author, report.model_dump(mode="json"))
    commit = place.join(repo, desk.author)
    if isinstance(commit, Conflict):
        raise StageFailedError(
            f"what {step.title} changed in {', '.join(commit.files)} conflicts with a step beside "
            f"it; Retry does it again on top of that"
        )
    return _result(report, commit=commit, branch=formula_branch(desk.request.convoy))


def _gauged(desk: Desk, place: Duty, step: PlannedStep) -> StageResult:
    """A Gauger's step runs the rig's tests where the formula stands; red fails it, or is told."""
    repo = place.open()
    report = desk.gauge(repo.path)
    repo.discard()
    place.close()
    if not report.green and step.metadata.get("on_red") != "report":
        raise StageFailedError(red_text(report))
    output = {"green": report.green, "tests": report.line, "red": red_text(report)}
    return StageResult(summary=report.line, evidence={OUTPUT: output})


def _merged(desk: Desk, result: StageResult) -> StageResult:
    """Bring the formula's branch to main, through the rig's merge queue and its tests."""
    branch = formula_branch(desk.request.convoy)
    if not Repo(desk.layout.canonical).branch_exists(branch):
        return result
    outcome = through_queue(desk, branch)
    assert isinstance(outcome, Merged | Contained)  # noqa: S101 - else it had raised
    facts = {**result.evidence, "commit": outcome.commit}
    said = f"{result.summary}; merged as {outcome.commit[:10]}"
    return result.model_copy(update={"summary": said, "evidence": facts})


def _result(report: Report, **facts: str) -> StageResult:
    evidence: dict[str, Any] = {OUTPUT: report.output, **facts}
    if report.report:
        evidence["report"] = report.report
    return StageResult(summary=report.summary, evidence=evidence)


def _session(desk: Desk, molecule: Molecule, step: PlannedStep, repo: Repo | None) -> Report:
    tools = None
    if repo is not None:
        reads = bool(step.metadata.get(READ_ONLY))
        tools = WorktreeTools(
            repo.path,
            writable=() if reads else ("**",),
            read_only=(TRUTH, ".beads/**", desk.table.guide),
            verbs={"run_tests": lambda: green_text(desk, repo)},
        )

    def verify(answer: BaseModel | None) -> Check:
        return _check(step, answer)

    task = _task(desk, molecule, step, repo)
    outcome = desk.session(task, environment=tools, output=Report, verify=verify)
    assert isinstance(outcome.answer, Report)  # noqa: S101 - the loop validated it
    return outcome.answer


def green_text(desk: Desk, repo: Repo) -> str:
    """What the rig's tests say of a worktree, for the agent that works in it."""
    report = desk.gauge(repo.path)
    return green(report).feedback or report.line


def _check(step: PlannedStep, answer: BaseModel | None) -> Check:
    """Code's word on a report: what is fanned out must be a list."""
    if not isinstance(answer, Report):
        return Check(ok=False, feedback="Hand in a report.")
    if step.fan_out is not None:
        try:
            items_of(step.fan_out, answer.output)
        except ValueError as error:
            return Check(ok=False, feedback=str(error))
    return Check(ok=True)


def _task(desk: Desk, molecule: Molecule, step: PlannedStep, repo: Repo | None) -> str:
    parts = [
        describe(desk, repo.path) if repo is not None else "",
        _position(molecule, step),
        *_beads(desk, step),
        _change(desk, repo) if repo is not None else "",
        *_earlier(desk, molecule, step),
        f"# Your task: {step.title}\n\n{step.description}",
        f"## Done when\n{step.acceptance}" if step.acceptance else "",
        f"## Notes\n{step.notes}" if step.notes else "",
        _asked(step),
        rework_text(desk.request.reasons),
    ]
    return "\n\n".join(part for part in parts if part)


def _position(molecule: Molecule, step: PlannedStep) -> str:
    keys = [one.key for one in molecule.plan.steps if one.kind == "work"]
    place = keys.index(step.key) + 1
    return f"This is step {place} of {len(keys)} of the formula {molecule.plan.formula}."


def _change(desk: Desk, repo: Repo) -> str:
    """What was changed up to here, by the steps before or by whoever proposed it."""
    base = repo.merge_base(main_ref(desk), "HEAD")
    if base == repo.head():
        return ""
    patch = diff_text(repo.path, base, "HEAD", chars=DIFF_CHARS)
    return material(f"what was changed so far, against {main_ref(desk)}", patch)


def _beads(desk: Desk, step: PlannedStep) -> list[str]:
    ledger = desk.town.ledger
    beads = members(ledger, show_convoy(ledger, desk.request.convoy))
    chosen = [bead for bead in beads if step.bead in (None, bead.id)]
    return [material(f"the bead {bead.id}", bead_text(bead)) for bead in chosen]


def _earlier(desk: Desk, molecule: Molecule, step: PlannedStep) -> list[str]:
    """What the steps that this one needs reported, through joins and gates."""
    found: dict[str, str] = {}
    waiting = list(reversed(step.needs))
    while waiting:
        need = molecule.plan.by_key[waiting.pop()]
        if need.key in found:
            continue
        bead = desk.town.ledger.show(molecule.beads[need.key])
        found[need.key] = ""
        if need.kind != "work":
            waiting += reversed(need.needs)
        if bead.status == CLOSED and "evidence" in bead.metadata:
            found[need.key] = _told(recorded(bead))
    titles = {key: molecule.plan.by_key[key].title for key in found}
    return [material(f"the step {titles[key]!r}", text) for key, text in found.items() if text]


def _told(result: StageResult) -> str:
    output = result.evidence.get(OUTPUT) or ""
    report = result.evidence.get("report", "")
    parts = [result.summary, str(output)[:_SHOWN] if output else "", report[:MOST_REPORT]]
    return "\n".join(part for part in parts if part)


def _asked(step: PlannedStep) -> str:
    if step.fan_out is None:
        return ""
    return f"Report a list under {step.fan_out.for_each!r} in `output`: each item is worked on."
