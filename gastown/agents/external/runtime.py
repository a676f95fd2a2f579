"""CliRuntime: sessions of a foreign command-line agent, in the jail and under our limits.

It works in the job's worktree, reaches its model through the door and nothing else, and is believed
in nothing: when it ends, files that its role may not write are put back, and `verify` looks at the
worktree. If that is not content, the agent is started again and told why, a few times.
"""

import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gastown.agents.answers import Submission
from gastown.agents.external.door import Door, OpenDoor
from gastown.agents.external.left import NAME, note_in
from gastown.agents.external.preset import Preset
from gastown.agents.external.prompt import MAIL_CHARS, prompt_text
from gastown.agents.external.start import make_start
from gastown.agents.external.watch import Trespass, Watch
from gastown.agents.jail import Jail, Ran
from gastown.agents.limits import hit, time_up
from gastown.agents.paths import Fence
from gastown.agents.prose import one_line
from gastown.agents.protocols import Check, Job, Outcome
from gastown.agents.stops import Crashed, GaveUp, Stop, Submitted
from gastown.agents.tools import WorktreeTools
from gastown.agents.transcript import Redactor, Transcript
from gastown.errors import ConfigError, JailError

SAID_CHARS = 400
STOPPED, NOT_STARTED = 125, 127


class CliRuntime:
    """Our runtime over a preset: needs a jail that has a network of its own, and a door."""

    def __init__(
        self,
        preset: Preset,
        door: Door,
        jail: Jail,
        clock: Callable[[], float] = time.monotonic,
        secrets: Sequence[str] = (),
    ) -> None:
        self._preset = preset
        self._door = door
        self._jail = jail
        self._clock = clock
        self._redact = Redactor((*door.secrets, *secrets))

    def run(self, job: Job) -> Outcome:
        """Work until done, given up, or out of limits.

        Raises:
            ConfigError: The job is none for an agent of this kind, or the model is too small.
            JailError: This machine's jail cannot hold one.
        """
        fence = _fence(job, self._preset)
        self._check_fit()
        with (
            Transcript(job.transcript, self._clock, self._redact) as transcript,
            tempfile.TemporaryDirectory(prefix="gt-", ignore_cleanup_errors=True) as folder,
        ):
            session = _Session(self._preset, self._door, self._jail, job, fence, Path(folder))
            return session.run(transcript, self._clock, self._redact)

    def _check_fit(self) -> None:
        if self._jail.name.startswith("Landlock"):
            raise JailError(
                f"agent {self._preset.name}: {self._jail.name} cannot hold it: it governs ports, "
                f"not addresses, so an agent with a network could reach any host. Install "
                f"bubblewrap, or use the native runtime: roles = [] under "
                f"[agents.{self._preset.name}]"
            )
        if self._door.context < self._preset.min_context:
            raise ConfigError(
                f"agent {self._preset.name}: its own prompt wants {self._preset.min_context} "
                f"tokens, and models.{self._door.name}.context is {self._door.context}; choose "
                f"another model or agent for the role"
            )


class _Session:
    def __init__(
        self, preset: Preset, door: Door, jail: Jail, job: Job, fence: Fence, folder: Path
    ) -> None:
        self._preset = preset
        self._door = door
        self._jail = jail
        self._job = job
        self._fence = fence
        self._folder = folder
        self._home = folder / "home"
        self._socket = folder / "door" / "s"
        self._rounds = 0
        self._check: Check | None = None

    def run(self, transcript: Transcript, clock: Callable[[], float], redact: Redactor) -> Outcome:
        self._note, self._clock, self._redact = transcript.note, clock, redact
        self._start = clock()
        self._socket.parent.mkdir()
        self._watch = Watch(self._fence, self._folder / "kept", self._preset.litter)
        self._note(
            "start",
            role=self._job.role,
            agent=self._preset.name,
            model=self._door.name,
            system=self._job.system,
            task=self._job.task,
        )
        opened = self._door.open(self._socket, self._job.limits, self._job.session, self._note)
        with opened as door:
            stop = self._work(door)
        return self._outcome(stop, door)

    def _work(self, door: OpenDoor) -> Stop:
        """Round after round, until one of them ends the session."""
        try:
            while True:
                self._round(door)
        except Stop as stop:
            return stop

    def _round(self, door: OpenDoor) -> None:
        spent = self._clock() - self._start
        if stop := hit(self._job.limits, door.usage, door.turns, spent):
            raise stop
        turns = door.turns
        ran = self._ran()
        if self._job.mail is not None and door.turns > turns:
            self._job.mail.answered()
        if door.stop:
            raise door.stop
        if ran.timed_out and not door.busy:
            raise time_up(self._job.limits, self._clock() - self._start) or Crashed("timed out")
        self._judge(ran)
        if door.busy:
            raise Crashed(f"the model's endpoint gives no answer: {door.busy}", busy=True)
        if self._rounds >= self._preset.rounds:
            raise GaveUp(f"after {self._rounds} rounds its work is not accepted{_ended(ran)}")

    def _ran(self) -> Ran:
        """One run of the agent, its trespasses undone."""
        self._rounds += 1
        with self._settled():
            feedback = self._check.feedback if self._check else ""
            home = self._home
            prompt = prompt_text(self._job, self._fence, feedback, self._news(), home / NAME)
            start = make_start(self._preset, self._door.model, home, self._socket, prompt)
            log = self._log()
            self._note("run", round=self._rounds, command=start.argv[7:], jail=self._jail.name)
            ran = self._jail.run(
                start.argv,
                cwd=self._fence.root,
                writable=[self._fence.root, home],
                readable=[*start.readable, self._socket.parent],
                env=start.env,
                timeout_s=max(0.001, self._start + self._job.limits.seconds - self._clock()),
                log=log,
            )
        self._keep_log(log)
        self._note("ended", rc=ran.rc, seconds=round(ran.seconds, 3), claims=ran.output)
        if ran.rc == NOT_STARTED:
            raise Crashed(f"agent {self._preset.name} did not start: {_last_words(ran)}")
        return ran

    @contextmanager
    def _settled(self) -> Generator[None]:
        """Undo, whatever ends the block, what the agent may not do."""
        try:
            yield
        finally:
            found = self._watch.settle()
            if found:
                self._note("trespass", **_named(found))
        if found.protected or found.lost:
            names = ", ".join([*found.protected, *(f"{p} (not put back)" for p in found.lost)])
            raise GaveUp(f"agent {self._preset.name} changed what it may not: {names}")

    def _news(self) -> str:
        """What came since the last round; a round is a turn of such an agent."""
        news = self._job.mail.news(MAIL_CHARS) if self._job.mail is not None else ""
        if news:
            self._note("mail", text=news)
        return news

    def _judge(self, ran: Ran) -> None:
        self._check = self._job.verify(None) if self._job.verify else Check(ok=True)
        self._note("check", ok=self._check.ok, feedback=self._check.feedback)
        if self._check.ok:
            said = Submission(summary=_last_words(ran)) if self._job.output else None
            raise Submitted(said, self._check)

    def _log(self) -> Path | None:
        if self._job.transcript is None:
            return None
        return self._job.transcript.with_suffix(f".{self._rounds}.log")

    def _keep_log(self, log: Path | None) -> None:
        """The agent's whole output beside the transcript, secrets struck out."""
        if log is not None:
            text = log.read_text(encoding="utf-8", errors="replace")
            log.write_text(self._redact(text), encoding="utf-8")
            log.chmod(0o600)

    def _outcome(self, stop: Stop, door: OpenDoor) -> Outcome:
        note = self._redact(note_in(self._home))
        if note:
            self._note("handoff", text=note)
        self._note("stop", status=stop.status, reason=str(stop), turns=door.turns)
        return Outcome(
            status=stop.status,
            answer=stop.answer if isinstance(stop, Submitted) else None,
            check=self._check,
            usage=door.usage,
            turns=door.turns,
            note=note,
            error=str(stop),
            busy=isinstance(stop, Crashed) and stop.busy,
        )


def _fence(job: Job, preset: Preset) -> Fence:
    """Where the agent may write. Raises ConfigError for a job that wants more than files."""
    if job.output not in {None, Submission} or job.images:
        raise ConfigError(
            f"agent {preset.name}: the {job.role}'s answer is a validated document, to which no "
            f"command-line agent can be held; it works as the native runtime only"
        )
    if not isinstance(job.environment, WorktreeTools):
        raise ConfigError(f"agent {preset.name}: the {job.role} has no worktree to work in")
    return job.environment.fence


def _named(found: Trespass) -> dict[str, tuple[str, ...]]:
    return {"protected": found.protected, "dropped": found.dropped, "lost": found.lost}


def _last_words(ran: Ran) -> str:
    """The last line of its output: a claim, kept for the reader of a transcript."""
    lines = [one_line(line) for line in ran.output.splitlines()]
    said = [line for line in lines if line]
    return said[-1][:SAID_CHARS] if said else "it said nothing"


def _ended(ran: Ran) -> str:
    return f" (it ended with {ran.rc}: {_last_words(ran)})" if ran.rc else ""
