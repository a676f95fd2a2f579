"""The agent loop: ask, act, judge, until code is content or a limit is reached.

What a model says is never believed: its submission is judged by the job's `verify`. How it says
it is the dialect's affair; two answers in a row that make no sense mean a simpler dialect.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any

from pydantic import BaseModel

from gastown.agents.brief import clip
from gastown.agents.context import answer_tokens, fit, input_chars, observation_chars, size
from gastown.agents.dialects.base import Act, Move, Result, Submit, Wrong, hand
from gastown.agents.dialects.choice import open_dialect, simpler
from gastown.agents.limits import hit, time_up
from gastown.agents.prose import whole, whole_json
from gastown.agents.protocols import (
    Ask,
    Check,
    Completion,
    EditProtocol,
    Job,
    Message,
    Model,
    Observation,
    Outcome,
    ToolCall,
)
from gastown.agents.stops import (
    ContextFull,
    Crashed,
    GaveUp,
    HandedOff,
    MoneySpent,
    Stop,
    Submitted,
    TimeSpent,
    TooManyBadAnswers,
)
from gastown.agents.transcript import Redactor, Transcript
from gastown.errors import BudgetError, ModelError
from gastown.signs import answered, during, streamed
from gastown.stage import Usage

DOWNGRADE_AFTER = 2  # bad answers in a row
REMEMBERED = 12  # actions told to the next conversation after a downgrade
MOVES = 16  # actions of one answer
TOO_MANY = Observation(f"Not done: only the first {MOVES} of an answer are.", "refused")


class NativeRuntime:
    """Our own runtime: sessions of one model.

    The model's own keys, and `secrets`, are struck out of transcripts and of what the model reads.
    """

    def __init__(
        self,
        model: Model,
        clock: Callable[[], float] = time.monotonic,
        secrets: Sequence[str] = (),
    ) -> None:
        self._model = model
        self._clock = clock
        self._redact = Redactor((*model.secrets, *secrets))

    def run(self, job: Job) -> Outcome:
        """Work until done, given up, or out of limits. Never raises for what a model says."""
        with Transcript(job.transcript, self._clock, self._redact) as transcript:
            return _Session(self._model, job, self._clock, transcript, self._redact).run()


class _Session:
    def __init__(
        self,
        model: Model,
        job: Job,
        clock: Callable[[], float],
        transcript: Transcript,
        redact: Redactor,
    ) -> None:
        self._model = model
        self._job = job
        self._clock = clock
        self._note = transcript.note
        self._redact = redact
        self._start = clock()
        self._protocol: EditProtocol = model.protocol
        self._dialect = open_dialect(model.protocol, job, model)
        self._usage = Usage()
        self._turns = self._bad = self._downgrades = self._salvaged = 0
        self._check: Check | None = None
        self._done: list[str] = []
        self._told: list[str] = []
        self._dropped = 0.0

    def run(self) -> Outcome:
        self._note(
            "start",
            role=self._job.role,
            model=self._model.name,
            system=self._job.system,
            task=self._job.task,
        )
        try:
            while True:
                self._step()
        except Stop as stop:
            return self._outcome(stop)

    def _step(self) -> None:
        self._act(self._ask())

    def _ask(self) -> Completion:
        if stop := hit(self._job.limits, self._usage, self._turns, self._spent()):
            raise stop
        self._relay(self._dropped)
        self._read_mail()
        ask = self._request()
        self._note("request", messages=len(ask.messages), protocol=self._protocol)
        try:
            with during("thinking", self._model.name, ask.seconds):
                answer = _whole(self._model.complete(ask, streamed))
        except BudgetError as error:
            raise MoneySpent(str(error)) from error
        except ModelError as error:
            raise Crashed(str(error), busy=error.retryable) from error
        self._turns += 1
        if self._job.mail is not None:
            self._job.mail.answered()
        self._usage += answer.usage
        answered(answer.usage.output_tokens)
        self._note("answer", message=answer.message, finish=answer.finish)
        self._note("usage", **answer.usage.model_dump())
        return answer

    def _read_mail(self) -> None:
        """What came since the last turn is read with what the model reads anyway."""
        room = observation_chars(self._model) // 2
        news = self._job.mail.news(room) if self._job.mail is not None else ""
        if news:
            self._told.append(clip(news, room))
            hand(self._dialect.messages, self._told[-1])
            self._note("mail", text=self._told[-1])

    def _request(self) -> Ask:
        dialect = self._dialect
        extra = json.dumps([dialect.tools, dialect.schema], ensure_ascii=False)
        self._fit(input_chars(self._model) - len(extra))
        left = self._job.limits.tokens - self._usage.input_tokens - self._usage.output_tokens
        return Ask(
            messages=tuple(map(self._shown, dialect.messages)),
            tools=dialect.tools,
            schema=dialect.schema,
            max_tokens=min(answer_tokens(self._model), left),
            seconds=self._start + self._job.limits.seconds - self._clock(),
            session={**self._job.session, "turn": str(self._turns)},
        )

    def _fit(self, room: int) -> None:
        """Keep the history within `room`, or hand off where that would leave too little of it."""
        before = self._dialect.messages
        try:
            self._dialect.messages = fit(before, room)
        except ContextFull:
            self._relay(float("inf"))
            raise
        lost = sum(map(size, before)) - sum(map(size, self._dialect.messages))
        self._dropped += lost / max(1, room)

    def _relay(self, dropped: float) -> None:
        why = self._job.relay(self._turns, dropped) if self._job.relay is not None else ""
        if why:
            raise HandedOff(why)

    def _shown(self, message: Message) -> Message:
        """A message as the model may read it; what it said itself goes back verbatim."""
        return message if message["role"] == "assistant" else whole_json(self._redact(message))

    def _act(self, answer: Completion) -> None:
        results: list[Result] = []
        for at, move in enumerate(self._moves(answer)):
            if stop := time_up(self._job.limits, self._spent()):
                raise stop
            results.append((move, self._observe(move, results) if at < MOVES else TOO_MANY))
        self._dialect.record(None if answer.finish == "length" else answer, results)
        self._judge_manners(bad=any(seen.fault == "malformed" for _, seen in results))

    def _moves(self, answer: Completion) -> tuple[Move, ...]:
        if answer.finish == "time":
            raise TimeSpent(f"the answer took longer than the {self._job.limits.seconds:g} s left")
        if answer.finish == "length":
            return (Wrong(None, _cut_off(answer)),)
        if answer.finish == "content_filter" and not answer.calls:
            raise GaveUp(f"the endpoint withheld the answer: {answer.text or answer.finish}")
        return self._dialect.read(answer)

    def _observe(self, move: Move, earlier: Sequence[Result]) -> Observation:
        match move:
            case Act(_, name, arguments):
                seen = self._execute(name, arguments)
            case Submit(_, answer):
                seen = self._judge(answer, earlier)
            case Wrong(_, reason):
                seen = Observation(reason, "malformed")
        self._note("observation", text=seen.text, fault=seen.fault)
        return seen

    def _execute(self, name: str, arguments: Mapping[str, Any]) -> Observation:
        if self._job.environment is None:
            return Observation(f"No tool {name!r}; there are none.", "malformed")
        self._note("tool", name=name, arguments=arguments)
        with during("tool", name):
            seen = self._job.environment.execute(name, arguments)
        self._done.append(f"- {name} {arguments.get('path', '')}: {seen.text[:80]!r}")
        return Observation(clip(seen.text, observation_chars(self._model)), seen.fault)

    def _judge(self, answer: BaseModel, earlier: Sequence[Result]) -> Observation:
        """Run the job's own check; an answer whose other parts were refused is not judged yet."""
        if any(seen.fault for _, seen in earlier):
            return Observation("Not handed in: set right what was refused first.", "refused")
        with during("tool", "check"):
            self._check = self._job.verify(answer) if self._job.verify else Check(ok=True)
        self._note("check", ok=self._check.ok, feedback=self._check.feedback)
        if self._check.ok:
            raise Submitted(answer, self._check)
        return Observation(clip(self._check.feedback, observation_chars(self._model)))

    def _spent(self) -> float:
        return self._clock() - self._start

    def _judge_manners(self, *, bad: bool) -> None:
        """Count answers that made no sense; after some in a row, speak more simply or stop."""
        self._bad = self._bad + 1 if bad else 0
        if self._bad >= self._job.limits.bad_answers:
            raise TooManyBadAnswers(f"bad answers in a row: {self._bad}")
        lower = simpler(self._protocol, self._job)
        if self._bad >= DOWNGRADE_AFTER and lower is not None:
            self._note("downgrade", before=self._protocol, after=lower)
            self._salvaged += self._dialect.salvaged
            self._dialect = open_dialect(lower, self._job, self._model, self._summary())
            self._protocol, self._bad = lower, 0
            self._downgrades += 1

    def _summary(self) -> str:
        """What an earlier conversation did, as code saw it, for a model that did not see it."""
        feedback = self._check.feedback if self._check else ""
        parts = [
            "# Earlier in this session",
            *self._done[-REMEMBERED:],
            clip(feedback, observation_chars(self._model) // 4),
        ]
        done = "\n".join(filter(None, parts)) if self._done else ""
        return "\n\n".join(filter(None, [done, *self._told[-1:]]))

    def _outcome(self, stop: Stop) -> Outcome:
        self._note("stop", status=stop.status, reason=str(stop), turns=self._turns)
        won = stop if isinstance(stop, Submitted) else None
        return Outcome(
            status=stop.status,
            answer=won.answer if won else None,
            check=self._check,
            usage=self._usage,
            turns=self._turns,
            error=str(stop),
            busy=isinstance(stop, Crashed) and stop.busy,
            downgrades=self._downgrades,
            salvaged=self._salvaged + self._dialect.salvaged,
        )


def _whole(answer: Completion) -> Completion:
    """The answer without halves of characters, which could be neither written down nor sent."""
    message = whole_json(dict(answer.message))
    calls = tuple(ToolCall(*map(whole, astuple(one))) for one in answer.calls)
    return replace(answer, message=message, text=whole(answer.text), calls=calls)


def _cut_off(answer: Completion) -> str:
    return (
        f"Your answer was cut off after {answer.usage.output_tokens} tokens and dropped. Say less "
        f"at once: one small edit in each answer."
    )
