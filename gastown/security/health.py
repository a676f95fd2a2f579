"""Health: one number for a rig's open findings, so that a trend can be seen. Pure.

    score = floor(100 · 50 / (50 + p))
    p = 25·critical + 10·high + Σ over rules of 3·b(medium) + 1·b(low)

over the open findings (new and known). b(n) is the number of binary digits of n: 1 for one, 2 for
two or three, 7 for a hundred. So a scanner's habit (a remark on each use of a module) doesn't
drown what matters. Nothing open is 100; the first critical one takes it to 66, ten high ones to 33;
it never reaches 0. When a scanner did not run whole, the true score is that or less: `at_most`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from gastown.rigs.scan.finding import Severity
from gastown.security.follow import Standing
from gastown.stage import Frozen

WEIGHTS: Mapping[Severity, int] = MappingProxyType(
    {"critical": 25, "high": 10, "medium": 3, "low": 1}
)
GRAVE: frozenset[Severity] = frozenset({"critical", "high"})
"""Of these each one counts."""

HALF = 50  # so many points halve the score
_BARS = "▁▂▃▄▅▆▇█"


class Health(Frozen):
    """A rig's score, 0 to 100."""

    score: int
    at_most: bool = False

    def __str__(self) -> str:
        return f"at most {self.score}" if self.at_most else str(self.score)


def score_of(findings: Iterable[tuple[Severity, str]]) -> int:
    """The score of open findings, each its severity and rule."""
    points = sum(
        WEIGHTS[severity] * (number if severity in GRAVE else number.bit_length())
        for (severity, _), number in Counter(findings).items()
    )
    return 100 * HALF // (HALF + points)


def health(standing: Standing) -> Health:
    """The health of a rig after a scan."""
    found: list[tuple[Severity, str]] = [
        (one.finding.severity, one.finding.rule) for one in standing.open
    ]
    return Health(score=score_of(found), at_most=bool(standing.incomplete))


def sparkline(scores: Sequence[int]) -> str:
    """One character a score, oldest first, on a scale from 0 to 100."""
    return "".join(_BARS[min(max(score, 0), 100) * (len(_BARS) - 1) // 100] for score in scores)
