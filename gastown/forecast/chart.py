"""Chart: who works where and when: bars in lanes, of a run in virtual time or of a real one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gastown.convoys.board import Board, StageRow
from gastown.formula.plan import Plan
from gastown.formula.workload import workload
from gastown.placement.virtual.history import History, Stay

TOOLS, CLOUD = "tools, here", "cloud"


class Bar(NamedTuple):
    """One session: it waited from `ready`, worked from `start` to `end`; seconds of the chart."""

    lane: str
    label: str
    role: str
    ready: float
    start: float
    end: float
    why: str = ""


class Chart(NamedTuple):
    """Bars in lanes that stand in the order of `lanes`; a lane has rows for what overlaps."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def end(self) -> float:
        """When the last bar ends."""
        return max((bar.end for bar in self.bars), default=0.0)

    @property
    def roles(self) -> tuple[str, ...]:
        """In the order in which they begin."""
        return tuple(dict.fromkeys(bar.role for bar in sorted(self.bars, key=lambda b: b.start)))

    def lanes(self) -> dict[str, list[list[Bar]]]:
        """Bars by lane and row: models of this machine, tools, the cloud."""
        found: dict[str, list[list[Bar]]] = {}
        for bar in sorted(self.bars, key=lambda bar: (_rank(bar.lane), bar.ready, bar.start)):
            _put(found.setdefault(bar.lane, []), bar)
        return found


def planned_chart(title: str, history: History) -> Chart:
    """The chart of a run in virtual time."""
    return Chart(title, tuple(_planned(stay) for stay in history.stays))


def real_chart(board: Board, plan: Plan) -> Chart:
    """The chart of what ran, from the evidence; every round of every stage is a bar."""
    ran = [row for row in board.stages if row.start and row.seconds]
    origin = min((row.start for row in ran), default=0.0)
    needs = {step.key: step.needs for step in workload(plan.steps)}
    return Chart(board.title, tuple(_real(row, origin, ran, needs) for row in ran))


def _planned(stay: Stay) -> Bar:
    route = stay.session.local
    here = route.model.name if route and route.model else TOOLS
    return Bar(
        here if stay.where == "local" else CLOUD,
        stay.session.key,
        stay.session.role,
        stay.ready,
        stay.start,
        stay.end,
        stay.decision.reason,
    )


def _real(
    row: StageRow, origin: float, ran: Sequence[StageRow], needs: Mapping[str, Sequence[str]]
) -> Bar:
    waited = {*needs.get(row.key, ()), row.key}
    before = [
        one.start + one.seconds
        for one in ran
        if one.key in waited and one.start + one.seconds <= row.start
    ]
    return Bar(
        CLOUD if row.where == "cloud" else row.model or TOOLS,
        row.key + (f" round {row.round}" if row.round > 1 else ""),
        row.role,
        max(before, default=row.start) - origin,
        row.start - origin,
        row.start + row.seconds - origin,
        f"{row.state}; {row.because}" if row.because else row.state,
    )


def _rank(lane: str) -> tuple[int, str]:
    return ({TOOLS: 1, CLOUD: 2}.get(lane, 0), lane)


def _put(rows: list[list[Bar]], bar: Bar) -> None:
    """Into the first row in which it overlaps nothing, its wait included."""
    for row in rows:
        if row[-1].end <= bar.ready:
            row.append(bar)
            return
    rows.append([bar])
