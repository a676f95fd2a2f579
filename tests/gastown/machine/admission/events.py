"""What was held at each instant, told from the ledger's events alone, not from its own sums."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Replay:
    """The events so far: what stands, and what was wrong."""

    held: dict[int, dict[str, int]] = field(default_factory=dict)
    asked: dict[int, dict[str, int]] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)

    def use(self, name: str) -> int:
        return sum(amounts.get(name, 0) for amounts in self.held.values())

    def play(
        self, seq: int, kind: str, ticket: int, token: int | None, body: dict[str, Any]
    ) -> None:
        if kind == "asked":
            self.asked[ticket] = body["amounts"]
        elif kind == "granted":
            assert token is not None
            self._grant(seq, ticket, token, body)
        elif token is not None:
            if self.held.pop(token, None) is None:
                self.wrongs.append(f"{seq}: token {token} freed twice or never held")
        elif self.asked.pop(ticket, None) is None:
            self.wrongs.append(f"{seq}: ticket {ticket} left a queue it was not in")

    def _grant(self, seq: int, ticket: int, token: int, body: dict[str, Any]) -> None:
        if self.asked.pop(ticket, None) != body["amounts"]:
            self.wrongs.append(f"{seq}: ticket {ticket} got other than it asked for")
        self.held[token] = body["amounts"]
        for name in body["amounts"]:
            if self.use(name) > body["cap"].get(name, 0):
                self.wrongs.append(f"{seq}: {name} {self.use(name)} of {body['cap'].get(name, 0)}")


def events(path: Path) -> Iterator[tuple[int, str, int, int | None, dict[str, Any]]]:
    db = sqlite3.connect(path)
    for seq, kind, ticket, token, body in db.execute(
        "SELECT seq, kind, ticket, token, body FROM events ORDER BY seq"
    ):
        yield seq, kind, ticket, token, json.loads(body)
    db.close()


def replay(path: Path) -> Replay:
    found = Replay()
    for event in events(path):
        found.play(*event)
    return found
