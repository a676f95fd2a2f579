"""A town made to be killed: one rig, small beads, a model that is rehearsed behind a cable.

A bead `w07` asks for the file `words/w07.txt`; its test is the file `tests/w07.want`. Beads share
no file, so whatever order the faults bring about, all of them can land.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tomlkit import TOMLDocument

from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rehearsal.pace import Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.clone import new_origin
from gastown.town.edit import Change, edit, put_model, set_seat
from gastown.town.town import Town
from tests.chaos.own_model import own_model
from tests.chaos.verdict import Bill, Case
from tests.engine.cable import Cable
from tests.tasks.elsewhere import allow_burst

RIG, PREFIX, FORMULA = "heap", "hp", "kill"
STEPS = 5  # of each convoy
ROLES = ("crew", "defender", "gauger", "librarian", "mayor", "polecat", "refinery", "spotter",
         "watchdog")  # fmt: skip
AFAR = "127.1"
"""This PC by a name that is not every machine's own; what has one of those does not travel."""
ROUNDS = 3  # a test run that is killed is red, and sends a bead back
PACE = Pace(tokens_per_s=200.0, first_token_s=0.1)

RUN = '''\
"""Run every want: `FILE = TEXT`. Writes JUnit to the path it is given."""

import pathlib
import sys
import time

time.sleep(0.5)  # so long a person may meet it
cases, red = [], 0
for want in sorted(pathlib.Path("tests").glob("*.want")):
    file, text = want.read_text().strip().split(" = ")
    place = pathlib.Path(file)
    ok = place.is_file() and place.read_text().strip() == text
    red += not ok
    wrong = f"AssertionError: {file} is not {text}"
    said = "" if ok else f"<failure message='AssertionError'>{wrong}</failure>"
    cases.append(f'<testcase name="{want.stem}" file="tests/{want.name}">{said}</testcase>')
xml = f'<testsuite tests="{len(cases)}" failures="{red}">{"".join(cases)}</testsuite>'
if len(sys.argv) > 1:
    pathlib.Path(sys.argv[1]).write_text(xml)
sys.exit(1 if red else 0)
'''
SOURCE = {
    "README.md": "# heap\n\nWords, one a file, in `words/`.\n",
    "words/first.txt": "first\n",
    "tests/first.want": "words/first.txt = first\n",
    "tests/run.py": RUN,
    ".gitignore": "/junit.xml\n",
}
_TEXT = """
formula = "kill"
description = "The pipeline, as short as it can be and still write, review, merge, scan and test."
[[steps]]
id = "defend"
title = "defender {{rig}}"
description = "Write tests for every bead of {{rig}} that fail until it is done."
role = "defender"
each = "rigs"
[[steps]]
id = "work"
title = "polecat {{bead}}"
description = "Implement {{bead}}."
role = "polecat"
each = "beads"
needs = ["defend"]
[[steps]]
id = "refine"
title = "refinery {{bead}}"
description = "Review the change for {{bead}}, then merge it."
role = "refinery"
each = "beads"
needs = ["work"]
[[steps]]
id = "watch"
title = "watchdog {{rig}}"
description = "Scan what this convoy changed in {{rig}}."
role = "watchdog"
each = "rigs"
needs = ["refine"]
[[steps]]
id = "gauge"
title = "gauger {{rig}}"
description = "Run the tests of {{rig}}."
role = "gauger"
each = "rigs"
needs = ["watch"]
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A town with convoys that nobody has launched; `words` are the beads' slugs, by bead."""

    root: Path
    origin: Path
    convoys: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def town(self) -> Town:
        """The town, opened anew."""
        return Town.open(self.root)

    def case(
        self, bills: tuple[Bill, ...] = (), ports: tuple[int, ...] = (), unheard: int = 0
    ) -> Case:
        """What the checker is to judge."""
        towns = (self.root, RIG, self.origin, self.convoys, self.words)
        return Case(*towns, bills, ports=ports, unheard=unheard)


def title_of(word: str) -> str:
    """What the bead of a word is called."""
    return f"Put the word {word} on the heap"


def script(words: list[str]) -> Script:
    """What each role answers for each of these words."""
    sessions: dict[tuple[str, str, int], tuple[Turn, ...]] = {
        ("watchdog", RIG, 1): (Turn(text=json.dumps({"summary": "Words.", "findings": []})),)
    }
    for word in words:
        want = f"words/{word}.txt = {word}\n"
        for round_ in range(1, ROUNDS + 1):
            said = word + "\n" * round_  # a round that changes nothing is no answer
            verdict: dict[str, Any] = {"verdict": "approve", "summary": "A word.", "findings": []}
            sessions["polecat", word, round_] = _writes(f"words/{word}.txt", said, "One word.")
            sessions["refinery", word, round_] = (Turn(calls=(Call("submit", verdict),)),)
        sessions["defender", word, 1] = _writes(f"tests/{word}.want", want, "One test.")
    return Script(sessions, {title_of(word): word for word in words})


def _writes(path: str, content: str, summary: str) -> tuple[Turn, ...]:
    """A session of two turns, so that there is an instant between them."""
    write = Call("write_file", {"path": path, "content": content})
    return Turn(calls=(write,)), Turn(calls=(Call("submit", {"summary": summary}),))


@dataclass(frozen=True, slots=True)
class Model:
    """The rehearsed model, and the cable to it, which can be cut."""

    server: RehearsalServer
    cable: Cable

    @property
    def unheard(self) -> int:
        """How many requests may have had an end that nobody heard, as the way was cut."""
        return self.cable.refused + self.cable.torn

    def bills(self) -> tuple[Bill, ...]:
        """Every answer that it gave, as it remembers them itself."""
        return tuple(
            Bill(one.cue.role, one.count.prompt, one.count.completion) for one in self.server.served
        )


@contextmanager
def model(words: list[str], pace: Pace = PACE) -> Generator[Model]:
    """The model of a town with these words."""
    with RehearsalServer(script(words), pace=pace) as server, Cable(server.url) as cable:
        yield Model(server, cable)


def found(
    folder: Path, words: list[str], endpoint: str, burst: str = "", *, local: bool = False
) -> Site:
    """The town in `folder/town`, one convoy for each word, and the rig's origin beside it.

    With `burst`, the git address of `folder`, its model is of a cloud, and its stages travel. With
    `local` the town serves its model itself, at the same price.
    """
    source, origin, root = folder / "source", folder / "heap.git", folder / "town"
    for name, text in SOURCE.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    new_origin(source, origin)
    _remember_pushes(origin)
    install(root, "killed")
    file = root / "town.toml"
    priced = {"input_usd": 1, "output_usd": 2, "stall_s": 10}
    row = {"endpoint": endpoint, **priced}
    if local:
        edit(file, own_model(folder / "models", endpoint, priced))
    else:
        edit(file, put_model("rehearsal", row))
    edit(file, set_seat("default", "rehearsal"))
    test = ["{python}", "tests/run.py", "{out}/junit.xml"]
    gauge = {"kind": "generic", "test": test, "report": "junit:{out}/junit.xml"}
    add_rig(Town.open(root), RIG, str(origin), {"prefix": PREFIX, "gauge": gauge})
    if burst:
        allow_burst(Town.open(root), _afar(burst), worker="none", grace_s=8)
        edit(file, _hurried({**row, "endpoint": _afar(endpoint)}))
    (root / "formulas").mkdir(exist_ok=True)
    (root / "formulas" / f"{FORMULA}.formula.toml").write_text(_TEXT, encoding="utf-8")
    return _asked(Town.open(root), origin, words)


def _afar(address: str) -> str:
    return address.replace("127.0.0.1", AFAR)


def _hurried(row: dict[str, Any]) -> Change:
    """Let every role use a slow model here or a quick one of a cloud, at the same price."""

    def change(document: TOMLDocument) -> None:
        slow, quick = ({"speed": {"tps": tps, "source": "test"}} for tps in (1, 10_000))
        eyes = {**row, "vision": True}
        near, far = {**eyes, **slow}, {**eyes, **quick, "where": "cloud"}
        document["models"] = {"near": near, "far": far}
        rows = {role: {"local": "near", "burst": "far"} for role in ROLES}
        document["profiles"] = {"hurry": {"stretch": 0, **rows, "mayor": {"burst": "far"}}}
        document["seats"] = {"profile": "hurry"}
        document["budget"] = {"day_usd": 50}

    return change


def _asked(town: Town, origin: Path, words: list[str]) -> Site:
    beads: dict[str, str] = {}
    convoys: list[str] = []
    for word in words:
        said = f"Let `words/{word}.txt` hold `{word}`."
        draft = Draft(title=title_of(word), prefix=PREFIX, description=said)
        bead = town.ledger.create(draft, actor="chaos").id
        beads[bead] = word
        convoys.append(create_convoy(town.ledger, town.config, word, [bead]).id)
    return Site(town.root, origin, tuple(convoys), beads)


def _remember_pushes(origin: Path) -> None:
    """Let origin keep every state that its branch was ever in; a bare one forgets them else."""
    with (origin / "config").open("a", encoding="utf-8") as file:
        file.write("[core]\n\tlogAllRefUpdates = true\n")
