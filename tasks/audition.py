"""audition: let one model try one task of a role, in a sandbox, and mark what it left behind."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from gastown.agents.answers import Submission
from gastown.agents.brief import material, rig_text
from gastown.agents.jail import find_jail
from gastown.agents.protocols import Check, Outcome
from gastown.agents.tools import WorktreeTools
from gastown.auditions.exam import Gauge, Mark, judge_answer, judge_change, judge_tests, lay
from gastown.auditions.manners import Manners, manners_of
from gastown.auditions.shapes import shape_of
from gastown.auditions.task import AuditionTask
from gastown.auditions.trial import Trial
from gastown.drawing.png import png
from gastown.machine.capacity import Capacity
from gastown.placement.routes import model_of, session_claims
from gastown.rigs.clone import init
from gastown.rigs.diff import diff_text
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.gauge.steering import steering_files
from gastown.rigs.git import Repo
from gastown.rigs.report import TestReport
from gastown.rigs.violations import violations
from gastown.stage import Seat, Slot
from gastown.town.config import TownConfig
from gastown.town.tables.models import ModelTable
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.errand import errand
from tasks.rigs import green, red_text
from tasks.terms import known_of

AUTHOR = "audition <audition@town>"
TESTS = "tests/**"
_DUTIES = {
    "change": "Carry out what follows until every test is green. You may not change tests.",
    "tests": "Write the tests of what follows into a new file under tests/. They must fail now, "
    "only because it is not done, and pass as soon as it is.",
    "answer": "Judge what follows.",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that wants a role's seat in a town."""

    town: Town
    role: str
    model: str


def candidate_of(town: Town, role: str, model: str, endpoint: str = "") -> Candidate:
    """A candidate; one behind an `endpoint` needs no row in town.toml.

    Raises:
        ConfigError: The town does not say where the model is served.
    """
    if endpoint:
        row = ModelTable(endpoint=endpoint, where="local")
        models = {**town.config.models, model: row}
        document = {**town.config.model_dump(exclude_unset=True), "models": models}
        town = replace(town, config=TownConfig.model_validate(document))
    town.config.model(model)
    return Candidate(town, role, model)


def try_task(candidate: Candidate, task: AuditionTask, number: int) -> Trial:
    """One trial, from an empty sandbox to its mark. What the model does wrong is in the mark.

    Raises:
        GasTownError: The model cannot be had at all, or the rig's tests cannot be run here.
    """
    title = f"{task.role} {task.key} {number}"
    with (
        tempfile.TemporaryDirectory(prefix="gastown-audition-") as folder,
        errand(candidate.town, task.role, title=title, seat=_seat(candidate)) as desk,
    ):
        start = time.monotonic()
        sandbox = _Sandbox(desk, task, Path(folder))
        outcome, mark = sandbox.run()
        seconds = time.monotonic() - start
        manners = manners_of(desk.folder / "session-1.jsonl")
        return _trial(candidate, desk, task, (number, outcome, mark, seconds, manners))


@dataclass(slots=True)
class _Sandbox:
    """A task's rig in a folder, and the session in it."""

    desk: Desk
    task: AuditionTask
    folder: Path
    runs: int = 0

    def run(self) -> tuple[Outcome, Mark]:
        """Let it work, then judge what is there, whatever the session's end."""
        if self.task.form == "answer":
            return self._answered()
        repo, base = self._founded()
        tools = WorktreeTools(
            repo.path,
            writable=("**",) if self.task.form == "change" else (TESTS,),
            read_only=self._fixed(repo),
            verbs={"run_tests": lambda: red_text(self._gauge(repo.path))},
        )
        verify = self._change_check(repo, base) if self.task.form == "change" else _any_file(repo)
        outcome = self.desk.attempt(
            self._text(repo), environment=tools, output=Submission, verify=verify
        )
        judge = judge_change if self.task.form == "change" else judge_tests
        scratch = self.folder / "judged"
        broken = violations(repo.path, base, protected=self._fixed(repo))
        if broken:
            return outcome, Mark(passed=False, why="; ".join(broken))
        return outcome, judge(self.task, repo.path, scratch, self._gauge)

    def _founded(self) -> tuple[Repo, str]:
        path = self.folder / "rig"
        lay(self.task.rig(), path)
        repo = Repo(init(path))
        base = repo.commit_all("The rig", AUTHOR)
        if self.task.change:
            lay(self.task.change, path)
            repo.commit_all("The change under review", AUTHOR)
        return repo, base

    def _answered(self) -> tuple[Outcome, Mark]:
        tools, text = None, self._text(None)
        if self.task.files:
            repo, base = self._founded()
            tools = WorktreeTools(repo.path, writable=())
            change = diff_text(repo.path, base, "HEAD") if self.task.change else ""
            text = self._text(repo, change)
        shape = shape_of(self.task.shape)
        images = tuple(png(picture.layout) for picture in self.task.pictures)
        outcome = self.desk.attempt(text, environment=tools, output=shape, images=images)
        if outcome.answer is None:
            return outcome, Mark(passed=False, why=outcome.error or outcome.status)
        return outcome, judge_answer(self.task, outcome.answer)

    def _change_check(self, repo: Repo, base: str) -> Callable[[BaseModel | None], Check]:
        def verify(_: BaseModel | None) -> Check:
            broken = violations(repo.path, base, protected=self._fixed(repo))
            if broken:
                return Check(ok=False, feedback="\n".join(broken))
            return green(self._gauge(repo.path))

        return verify

    def _fixed(self, repo: Repo) -> tuple[str, ...]:
        steering = steering_files(self.task.table)
        return (TESTS, *steering) if self.task.form == "change" else (*repo.files(), *steering)

    @property
    def _gauge(self) -> Gauge:
        jail = find_jail(self.desk.town.config.machine.jail)

        def gauge(path: Path) -> TestReport:
            self.runs += 1
            return run_gauge(self.task.table, path, self.folder / f"out-{self.runs}", jail)

        return gauge

    def _text(self, repo: Repo | None, change: str = "") -> str:
        task = self.task
        criteria = f"## Acceptance criteria\n{task.acceptance.strip()}" if task.acceptance else ""
        parts = [
            _about(repo) if repo is not None else "",
            _DUTIES[task.form],
            f"# {task.title}",
            task.task.strip(),
            criteria,
            material("the diff under review", change) if change else "",
        ]
        return "\n\n".join(part for part in parts if part)


def _about(repo: Repo) -> str:
    guide = repo.path / "AGENTS.md"
    said = guide.read_text(encoding="utf-8") if guide.is_file() else ""
    return rig_text("audition", repo.files(), "", said)


def _any_file(repo: Repo) -> Callable[[BaseModel | None], Check]:
    def verify(_: BaseModel | None) -> Check:
        written = bool(repo.status())
        return Check(ok=written, feedback="" if written else "You wrote no test file.")

    return verify


def _seat(candidate: Candidate) -> Seat:
    here = candidate.town.config.model(candidate.model).where == "local"
    model = Slot(model=candidate.model, because="audition")
    none = Slot(model=None, because="audition")
    return Seat(local=model if here else none, burst=none if here else model)


def _trial(
    candidate: Candidate,
    desk: Desk,
    task: AuditionTask,
    ended: tuple[int, Outcome, Mark, float, Manners],
) -> Trial:
    number, outcome, mark, seconds, manners = ended
    used, held = outcome.usage, _held(candidate, desk)
    answering = manners.answering_s
    return Trial(
        role=task.role,
        model=candidate.model,
        task=task.key,
        difficulty=task.difficulty,
        language=task.language,
        number=number,
        passed=mark.passed,
        why=mark.why if outcome.status == "done" or mark.passed else _both(outcome, mark),
        status=outcome.status,
        requests=used.requests,
        turns=outcome.turns,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        micro_usd=used.micro_usd,
        seconds=round(seconds, 3),
        tokens_per_s=round(used.output_tokens / answering, 2) if answering else 0.0,
        bad_answers=manners.bad_answers,
        downgrades=outcome.downgrades,
        vram_mib=held.vram_mib,
        ram_mib=held.ram_mib,
        where=desk.request.placement.where,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        session=str(desk.folder.relative_to(desk.town.root)),
    )


def _both(outcome: Outcome, mark: Mark) -> str:
    return f"{outcome.status}: {outcome.error or 'no submission'}; {mark.why}"


def _held(candidate: Candidate, desk: Desk) -> Capacity:
    """What the model takes of this machine while it works."""
    if desk.request.placement.where != "local":
        return Capacity()
    known = known_of(candidate.town)
    return model_of(candidate.model, known).weights + session_claims(candidate.model, known)
