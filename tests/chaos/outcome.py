"""What came of towns under siege: a line of JSON each, and the table of all of them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

from tests.chaos.plan import Blow
from tests.chaos.verdict import Fault


@dataclass(slots=True)
class Outcome:
    """What came of a siege. `hits` is how many each blow hit; `again` who was launched again.

    Of the `stages` that were carried out `elsewhere` is how many the worker of a cloud did.
    """

    landed: int = 0
    hits: list[tuple[Blow, int]] = field(default_factory=list[tuple[Blow, int]])
    again: list[str] = field(default_factory=list[str])
    ups: int = 0
    stages: int = 0
    elsewhere: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list[Fault])


def line_of(outcome: Outcome, **more: Any) -> str:
    """An outcome as a line, for those who count later."""
    return json.dumps({**more, **asdict(outcome)})


def outcome_of(line: str) -> Outcome:
    """The outcome that a line tells of."""
    told: Mapping[str, Any] = json.loads(line)
    own = {key: told[key] for key in Outcome.__slots__}
    own["hits"] = [(Blow(**blow), hit) for blow, hit in told["hits"]]
    own["faults"] = [Fault(**fault) for fault in told["faults"]]
    return Outcome(**own)


def travels(*outcomes: Outcome) -> str:
    """How many stages were carried out on another machine."""
    elsewhere, stages = (
        sum(getattr(one, key) for one in outcomes) for key in ("elsewhere", "stages")
    )
    return f"{elsewhere} of {stages} stages elsewhere"


def summary(outcomes: Sequence[Outcome]) -> Table:
    """Per kind of blow: how many fell, how many met somebody, and what its towns' checker found."""
    fell, met = Counter[str](), Counter[str]()
    faulty: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        for blow, hit in outcome.hits:
            fell[blow.kind] += 1
            met[blow.kind] += bool(hit)
        for kind in {blow.kind for blow, _ in outcome.hits}:
            faulty.setdefault(kind, Counter()).update(one.sort for one in outcome.faults)
    table = Table("Blow", "fell", "met its victim", "lost", "doubled", "leaked")
    for kind in sorted(fell):
        found = faulty[kind]
        counts = [fell[kind], met[kind], found["lost"], found["doubled"], found["leaked"]]
        table.add_row(kind, *(str(count) for count in counts))
    every = Counter(one.sort for outcome in outcomes for one in outcome.faults)
    table.add_section()
    counts = [fell.total(), met.total(), every["lost"], every["doubled"], every["leaked"]]
    table.add_row("all", *(str(count) for count in counts))
    return table
