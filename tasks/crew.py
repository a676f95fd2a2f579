"""crew: questions about a repository, answered from its own words by the role's model.

What the model says is shown only if code finds its citations in the commit. Questions that are
asked at once are errands of their own: the first takes the seat of this machine, the next bursts.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from gastown.agents.context import room_chars
from gastown.agents.prose import one_line
from gastown.errors import (
    CapacityError,
    ConfigError,
    NotFoundError,
    PromptTooLongError,
)
from gastown.retrieval.answer import CrewAnswer
from gastown.retrieval.hearing import Hearing
from gastown.retrieval.index import Index
from gastown.retrieval.indexing import index_of
from gastown.retrieval.reply import UNKNOWN, Reply
from gastown.rigs.git import Repo
from gastown.signs import during
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.errand import errand
from tasks.room import Tell, quiet

REPLY = "reply.json"
MOST_QUESTION = 4_000
"""Characters of a question."""
_TITLE_CHARS = 100
_AT_ONCE = 8
_TIGHTER = 0.5  # a tokenizer that counts more than a token for three characters leaves less room


@dataclass(frozen=True, slots=True)
class Ground:
    """A repository that is asked about; `rig` is None for one that is no rig of the town."""

    name: str
    rig: str | None
    index: Index


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which repository; `words` are what to look for, if not the question's."""

    ground: Ground
    text: str
    words: str = ""


def ground_of(town: Town, place: str, *, fetch: bool = False) -> Ground:
    """A rig by its name, as its main branch is known here, else a checkout by its folder, at HEAD.

    Args:
        town: Whose rigs, and where indexes are kept.
        place: The rig or the folder.
        fetch: Ask the rig's origin first what is new.

    Raises:
        NotFoundError: It is neither.
    """
    if place in town.config.rigs:
        repo = Repo(town.layout.rig(place).canonical)
        if fetch:
            repo.fetch()
        folder, ref = town.layout.passages(place), f"origin/{town.config.rig(place).branch}"
        return Ground(place, place, index_of(folder, repo, ref))
    path = Path(place).expanduser().resolve()
    if not (path / ".git").exists():
        rigs = ", ".join(sorted(town.config.rigs)) or "none"
        raise NotFoundError(
            f"{place!r} is neither a rig of this town (it has: {rigs}) nor the folder of a git "
            f"checkout"
        )
    folder = town.layout.passages(f"elsewhere-{sha256(str(path).encode()).hexdigest()[:12]}")
    return Ground(path.name, None, index_of(folder, Repo(path)))


def ask_all(town: Town, questions: Sequence[Question], tell: Tell = quiet) -> list[Reply]:
    """Ask several at once, each as an errand of its own; replies in the order of the questions."""
    if len(questions) == 1:
        return [ask(town, questions[0], tell)]
    workers = min(_AT_ONCE, max(1, len(questions)))
    with during("waiting", "the Crew"), ThreadPoolExecutor(workers) as pool:
        return list(pool.map(partial(ask, town, tell=tell), questions))


def ask(town: Town, question: Question, tell: Tell = quiet) -> Reply:
    """Ask one; a model that cannot say it so that it holds, or not at all, is *I don't know*.

    Args:
        town: Whose seat is asked.
        question: What, of which repository.
        tell: Hears why it waits, if it does.

    Raises:
        ConfigError: The question is empty or too long, or no model may answer it.
        CapacityError: There is no room and no money for it.
    """
    check_question(question.text)
    ground, start = question.ground, time.monotonic()
    title = one_line(question.text, _TITLE_CHARS)
    with errand(town, "crew", rig=ground.rig, title=title, tell=tell) as desk:
        hearing = Hearing(
            ground.index, ground.name, question.text, room_of(desk), words=question.words
        )
        answer, why = _heard(desk, hearing)
        reply = Reply(
            rig=ground.name,
            commit=ground.index.commit,
            question=question.text,
            answered=answer is not None,
            text=UNKNOWN if answer is None else answer,
            because=why,
            citations=hearing.judged.cited if answer is not None else (),
            model=desk.request.model,
            where=desk.request.placement.where,
            reason=desk.request.placement.reason,
            seconds=round(time.monotonic() - start, 3),
            usage=desk.spent,
        )
        desk.keep(REPLY, reply.model_dump(mode="json"))
    return reply


def check_question(text: str) -> None:
    """Refuse a question that nobody could answer. Raises ConfigError."""
    if not text.strip():
        raise ConfigError("the question is empty; ask something about the rig")
    if len(text) > MOST_QUESTION:
        raise ConfigError(
            f"the question has {len(text)} characters; ask it in at most {MOST_QUESTION}"
        )


def room_of(desk: Desk) -> int:
    """Characters of input that the seat's model takes."""
    name = desk.request.model
    if name is None:
        return 0
    table = desk.town.config.model(name)
    return room_chars(table.context, table.max_output)


def _heard(desk: Desk, hearing: Hearing) -> tuple[str | None, str]:
    """The answer that held, or None and why there is none."""
    with suppress(PromptTooLongError):
        return _session(desk, hearing)
    hearing.room = int(hearing.room * _TIGHTER)
    return _session(desk, hearing)


def _session(desk: Desk, hearing: Hearing) -> tuple[str | None, str]:
    """An endpoint that fails is an error; a model that cannot keep to the form knows nothing."""
    outcome = desk.attempt(hearing.task(), output=CrewAnswer, verify=hearing.hear)
    failure = None if outcome.status == "done" else desk.failure(outcome)
    if failure is not None:
        if outcome.status == "crashed" or isinstance(failure, CapacityError):
            raise failure
        return None, str(failure)
    said = outcome.answer.answer if isinstance(outcome.answer, CrewAnswer) else None
    return (None, hearing.because) if hearing.because else (said, "")
