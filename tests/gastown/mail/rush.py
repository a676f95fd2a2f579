"""Agents that write to each other and are killed meanwhile, and the count of what went wrong.

Each agent is a process that keeps a diary by plain appends, which outlive a kill -9: what it is
about to send, what it was shown, and that it went on. Killed, it is started again, and sends what
its diary says that it was about to send once more, under the same key, as a stage does.
"""

import multiprocessing
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from gastown.beads.sqlite import SqliteLedger
from gastown.mail.delivery import answered, deliver
from gastown.mail.letter import write
from gastown.mail.post import send

PACE_S = 0.1
"""An agent sends so often at most; between, it reads."""
SENDS_AGAIN = 0.1
"""Share of letters that are sent twice under one key though nobody died."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of it; `late` are the seconds from sending to showing, sorted."""

    sent: int
    seconds: float
    kills: int
    lost: int
    twice: int
    unordered: int
    late: tuple[float, ...]


@dataclass(slots=True)
class Rush:
    """So many agents for so long, one of them killed every so often."""

    folder: Path
    agents: int
    seconds: float
    kill_every_s: float = 0.0
    seed: int = 1
    kills: int = 0
    lives: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def run(self) -> Tally:
        """Let them, then let each read what is left, and count."""
        with SqliteLedger(self.folder / "beads.db"):
            pass
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        start = time.monotonic()
        self._send_and_read(context, start + self.seconds)
        took = time.monotonic() - start
        for one in range(self.agents):
            Agent(self.folder, one, self.agents, f"{one}/end").read_all()
        return count(self.folder, self.agents, took, self.kills)

    def _send_and_read(self, context: ForkServerContext, end: float):
        running = {one: self._born(context, one, end) for one in range(self.agents)}
        rng = random.Random(self.seed)
        while self.kill_every_s and time.monotonic() < end:
            time.sleep(self.kill_every_s * rng.uniform(0.5, 1.5))
            victim = rng.randrange(self.agents)
            if running[victim].is_alive():
                running[victim].kill()
                self.kills += 1
            running[victim].join()
            running[victim] = self._born(context, victim, end)
        for process in running.values():
            process.join()

    def _born(self, context: ForkServerContext, one: int, end: float) -> ForkServerProcess:
        self.lives[one] += 1
        session = f"{one}/{self.lives[one]}"
        process = context.Process(target=live, args=(self.folder, one, self.agents, session, end))
        process.start()
        return process


def live(folder: Path, one: int, agents: int, session: str, end: float) -> None:
    """One life of an agent."""
    agent = Agent(folder, one, agents, session)
    agent.send_again()
    while time.monotonic() < end:
        agent.send()
        agent.read()
        time.sleep(agent.rng.uniform(0, PACE_S))


class Agent:
    """One agent in one of its lives."""

    def __init__(self, folder: Path, one: int, agents: int, session: str) -> None:
        self.ledger = SqliteLedger(folder / "beads.db")
        self.diary = os.open(diary(folder, one), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.name, self.session, self.agents = name(one), session, agents
        self.last = [words for kind, *words in lines(folder, one) if kind == "sends"][-1:]
        self.sent = int(self.last[0][0]) if self.last else 0
        self.rng = random.Random(f"{session} {self.sent}")

    def note(self, *words: object) -> None:
        """One line, whole or not at all."""
        os.write(self.diary, (" ".join(map(str, words)) + "\n").encode())

    def send(self) -> None:
        self.sent += 1
        to = name(self.rng.randrange(self.agents))
        self.note("sends", self.sent, to, time.time())
        self._send(self.sent, to)
        if self.rng.random() < SENDS_AGAIN:
            self._send(self.sent, to)

    def send_again(self) -> None:
        """What the life before may not have got to."""
        for number, to, _ in self.last:
            self._send(int(number), to)

    def read(self) -> int:
        """One turn: what is new is shown, and then the session goes on."""
        mails = deliver(self.ledger, self.name, self.session)
        for mail in mails:
            self.note("shown", self.session, mail.letter.sender, mail.letter.subject, time.time())
        answered(self.ledger, self.name, mails)
        self.note("goes-on", self.session)
        return len(mails)

    def read_all(self) -> None:
        """Once more everything that is left, with what was not sent in time."""
        self.send_again()
        while self.read():
            pass
        self.ledger.close_store()
        os.close(self.diary)

    def _send(self, number: int, to: str) -> None:
        letter = write(sender=self.name, to=to, subject=str(number), text="Hello.")
        send(self.ledger, letter, key=f"{self.name} {number}")


def name(one: int) -> str:
    """An agent's address."""
    return f"game/a{one}"


def diary(folder: Path, one: int) -> Path:
    """An agent's diary."""
    return folder / f"{one}.diary"


def lines(folder: Path, one: int) -> Iterator[list[str]]:
    """The words of a diary, line by line."""
    path = diary(folder, one)
    yield from (line.split() for line in path.read_text().splitlines()) if path.exists() else ()


def count(folder: Path, agents: int, seconds: float, kills: int) -> Tally:
    """Compare what the diaries say was sent with what they say was shown.

    Shown twice is forgiven only where the first session never went on after it.
    """
    sends = {
        (name(one), number): (to, float(at))
        for one in range(agents)
        for kind, *words in lines(folder, one)
        if kind == "sends"
        for number, to, at in [words]
    }
    seen: dict[tuple[str, str], float] = {}
    twice = unordered = 0
    for one in range(agents):
        found = _shown(folder, one)
        twice += found.twice
        unordered += found.unordered
        assert all(sends[letter][0] == name(one) for letter in found.first), "shown to a stranger"
        seen |= found.first
    late = sorted(at - sends[letter][1] for letter, at in seen.items())
    lost = sum(letter not in seen for letter in sends)
    return Tally(len(sends), seconds, kills, lost, twice, unordered, tuple(late))


@dataclass(slots=True)
class _Shown:
    first: dict[tuple[str, str], float] = field(default_factory=dict)
    twice: int = 0
    unordered: int = 0


def _shown(folder: Path, one: int) -> _Shown:
    """What one reader was shown, when first, and which of that twice or out of its order."""
    found = _Shown()
    answered_for: set[tuple[str, str]] = set()
    before: dict[str, list[tuple[str, str]]] = defaultdict(list)
    last: dict[str, int] = defaultdict(int)
    for kind, session, *words in lines(folder, one):
        if kind == "goes-on":
            answered_for |= {*before.pop(session, [])}
        elif kind == "shown":
            sender, number, at = words
            letter = (sender, number)
            found.twice += letter in answered_for or letter in before[session]
            before[session].append(letter)
            if letter not in found.first:
                found.first[letter] = float(at)
                found.unordered += int(number) < last[sender]
                last[sender] = int(number)
    return found
