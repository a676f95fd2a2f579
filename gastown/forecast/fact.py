"""Fact: what a convoy took, from the ledgers, to stand beside what was forecast at its launch."""

from pathlib import Path
from typing import Any

from gastown.beads.ledger import Ledger
from gastown.convoys.board import Board
from gastown.convoys.molecule import find_molecule
from gastown.forecast.forecast import Forecast
from gastown.money.report import report
from gastown.stage import Frozen

FORECAST = "forecast"
"""Key of a molecule's metadata: the forecast at launch, kept in git with the plan."""


class Fact(Frozen):
    """So far, or in all where `done`. `unpriced` requests are in no figure of money.

    `seconds` are from the first stage's start to the last one's end, pauses of the town included.
    """

    done: bool
    micro_usd: int
    unpriced: int
    seconds: float
    joules: int
    power_micro_usd: int
    cloud: float


def kept(ledger: Ledger, convoy: str) -> Forecast | None:
    """The forecast of a convoy's launch; none where it was launched without."""
    molecule = find_molecule(ledger, convoy)
    found: Any = ledger.show(molecule.id).metadata.get(FORECAST) if molecule else None
    return Forecast.model_validate(found) if found else None


def fact_of(board: Board, spend: Path) -> Fact | None:
    """What a convoy took; None before its first stage ended."""
    ran = [row for row in board.stages if row.start and row.seconds]
    if not ran:
        return None
    line = _line(spend, board.convoy)
    return Fact(
        done=board.closed == board.total,
        micro_usd=board.usage.micro_usd,
        unpriced=board.usage.unpriced,
        seconds=max(row.start + row.seconds for row in ran) - min(row.start for row in ran),
        joules=line[0],
        power_micro_usd=line[1],
        cloud=sum(row.where == "cloud" for row in ran) / len(ran),
    )


def _line(spend: Path, convoy: str) -> tuple[int, int]:
    """Energy and its price, as the spend ledger has them."""
    if not spend.exists():
        return 0, 0
    lines = (line for line in report(spend, "convoy").lines if line.key == convoy)
    return next(((line.joules, line.power_micro_usd) for line in lines), (0, 0))
