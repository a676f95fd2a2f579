"""Many agents that write at once, readers of the feed that are killed, and the count of what broke.

Every agent is a process of its own, and so is every reader; a reader that is killed is started
again at the cursor of the last whole line that it had printed.
"""

import json
import multiprocessing
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from gastown.beads.bead import Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.feed.cursor import START, place_of
from gastown.feed.reader import Reader
from gastown.mail.letter import Letter
from gastown.mail.post import send

READERS = 3
_LEASE = timedelta(minutes=5)
_PAUSE_S, _LOOK_S = 0.02, 0.05
_LIVES_S = (0.3, 2.0)
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Soak:
    """What came of it, over all readers. `lags` are seconds from the event until it was printed."""

    sent: int
    printed: int
    kills: int
    lost: int
    twice: int
    disordered: int
    lags: list[float] = field(default_factory=list[float])


def soak(folder: Path, *, agents: int, seconds: float) -> Soak:
    """Let so many agents write for so long, then count what each reader printed."""
    path = folder / "beads.db"
    with SqliteLedger(path) as ledger:
        ledger.create(Draft(title="begin"))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    reports = [folder / f"agent-{number}.json" for number in range(agents)]
    writers = [context.Process(target=_write, args=(path, one, seconds)) for one in reports]
    follows = [_Follow(context, path, folder / f"reader-{n}.jsonl") for n in range(READERS)]
    try:
        for process in writers:
            process.start()
        for one in follows:
            one.start()
        while any(process.is_alive() for process in writers):
            time.sleep(0.05)
            for one in follows:
                one.kill_when_due()
        with SqliteLedger(path) as ledger:
            _await(follows, ledger.last_event())
    finally:
        for process in [*writers, *(one.process for one in follows)]:
            process.kill()
            process.join()
    said: dict[str, list[str]] = {one.stem: json.loads(one.read_text()) for one in reports}
    return _counted(said, follows)


class _Follow:
    """A reader and its file."""

    def __init__(self, context: Any, path: Path, out: Path) -> None:
        self._context, self._path, self.out = context, path, out
        self.process, self._until, self.kills = self._made(), 0.0, 0
        out.touch()

    def start(self) -> None:
        self._until = time.monotonic() + random.uniform(*_LIVES_S)
        self.process.start()

    def kill_when_due(self) -> None:
        if time.monotonic() < self._until:
            return
        self.process.kill()
        self.process.join()
        self.kills += 1
        self.process = self._made()
        self.start()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_bytes().splitlines()]

    def place(self) -> int:
        whole = self.out.read_bytes().rpartition(b"\n")[0].rpartition(b"\n")[2]
        return int(json.loads(whole)["place"]) if whole else 0

    def _made(self) -> Any:
        return self._context.Process(target=_read, args=(self._path, self.out))


def _await(follows: list[_Follow], last: int) -> None:
    """Let every reader come to the end."""
    end = time.monotonic() + _PATIENCE_S
    while any(one.place() < last for one in follows):
        assert time.monotonic() < end, "a reader never came to the end"
        time.sleep(_LOOK_S)


def _write(path: Path, report: Path, seconds: float) -> None:
    """One agent: letters, and beads that it makes, takes and closes."""
    name, told, end = report.stem, list[str](), time.monotonic() + seconds
    with SqliteLedger(path) as ledger:
        while time.monotonic() < end:
            letter = Letter(sender=name, to="overseer", subject=f"n{len(told)}")
            send(ledger, letter, key=f"{name} {len(told)}")
            told.append(f"{name} wrote to overseer: n{len(told)}")
            if len(told) % 5 == 0:
                bead = ledger.create(Draft(title="x"), actor=name).id
                told.append(f"{name} made {bead}: x")
                claim = ledger.claim(bead, name, _LEASE)
                ledger.close(bead, "done", actor=name, token=claim.token)
                told.append(f"{name} closed {bead} (x): done")
            time.sleep(random.uniform(0, _PAUSE_S))
    report.write_text(json.dumps(told))


def _read(path: Path, out: Path) -> None:
    """One life of a reader: cut off the half line that a death left, then go on after the last."""
    whole = out.read_bytes().rpartition(b"\n")
    with out.open("r+b") as file, SqliteLedger(path) as ledger:
        file.truncate(len(whole[0]) + len(whole[1]))
        file.seek(0, 2)
        last = whole[0].rpartition(b"\n")[2]
        reader = Reader(ledger, {}, place_of(ledger, json.loads(last)["cursor"] if last else START))
        while True:
            for item in reader.page(200) or []:
                lag = time.time() - item.at.timestamp()
                line = {"place": item.seq, "lag": lag, "actor": item.actor, "said": item.said}
                file.write(json.dumps({"cursor": item.cursor, **line}).encode() + b"\n")
                file.flush()
            time.sleep(_LOOK_S)


def _counted(said: dict[str, list[str]], follows: list[_Follow]) -> Soak:
    sent = Counter(one for lines in said.values() for one in lines)
    lost = twice = disordered = 0
    lags: list[float] = []
    for follow in follows:
        printed = defaultdict[str, list[str]](list)
        for line in follow.lines():
            printed[line["actor"]].append(line["said"])
            lags.append(line["lag"])
        read = Counter(one for name in said for one in printed[name])
        lost += sum((sent - read).values())
        twice += sum((read - sent).values())
        disordered += sum(printed[name] != lines for name, lines in said.items())
    return Soak(
        sent=sum(sent.values()),
        printed=len(lags),
        kills=sum(one.kills for one in follows),
        lost=lost,
        twice=twice,
        disordered=disordered,
        lags=lags,
    )
