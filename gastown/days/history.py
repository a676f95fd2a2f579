"""The ledger's part of a day, as pure functions over its beads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from gastown.beads.bead import CLOSED, TRACKS, Bead
from gastown.convoys.convoy import CONVOY
from gastown.convoys.course import PERSON
from gastown.convoys.molecule import MOLECULE
from gastown.days.day import Closed, Landed, Merged, SentBack, Trouble
from gastown.stage import StageResult

LANDED = "landed"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, its end not in it."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether something happened within it."""
        return moment is not None and self.start <= moment < self.end


def window_of(day: date, zone: tzinfo | None) -> Window:
    """The day from midnight to midnight; `zone` None is this machine's own."""
    start, end = (_midnight(one, zone) for one in (day, day + timedelta(days=1)))
    return Window(start, end)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    bare = datetime.combine(day, time())
    return bare.astimezone() if zone is None else bare.replace(tzinfo=zone)


@dataclass(frozen=True, slots=True)
class History:
    """Every bead of a town, and which rig each belongs to; what a day asks of them."""

    beads: Mapping[str, Bead]
    rig_of: Mapping[str, str]

    @classmethod
    def of(cls, beads: Iterable[Bead], prefixes: Mapping[str, str]) -> "History":
        """`prefixes` names the rig of each prefix."""
        known = {bead.id: bead for bead in beads}
        return cls(
            known, {one: prefixes[b.prefix] for one, b in known.items() if b.prefix in prefixes}
        )

    def landed(self, window: Window) -> tuple[Landed, ...]:
        """Convoys that were closed because they landed; a convoy that was given up is none."""
        closed = [b for b in self._of_type(CONVOY) if window.holds(b.closed_at)]
        return tuple(
            Landed(convoy=b.id, title=b.title, beads=len(_tracked(b)), at=b.closed_at)
            for b in closed
            if b.closed_at and b.close_reason.startswith(LANDED)
        )

    def merged(
        self, window: Window, on_main: Callable[[str, str], bool | None]
    ) -> tuple[Merged, ...]:
        """Beads of rigs closed with a commit; `on_main` is told rig and commit."""
        rounds, convoys = self._rounds(), self._convoys()
        return tuple(
            Merged(
                bead=bead.id,
                title=bead.title,
                rig=self.rig_of[bead.id],
                convoy=convoys.get(bead.id, ""),
                commit=commit,
                on_main=on_main(self.rig_of[bead.id], commit),
                at=bead.closed_at,
                rounds=rounds.get(bead.id, 1),
            )
            for bead in self._closed(window)
            if bead.closed_at and (commit := _commit(bead))
        )

    def closed(self, window: Window) -> tuple[Closed, ...]:
        """Beads of rigs closed without one."""
        return tuple(
            Closed(
                bead=bead.id,
                title=bead.title,
                rig=self.rig_of[bead.id],
                at=bead.closed_at,
                why=bead.close_reason,
            )
            for bead in self._closed(window)
            if bead.closed_at and not _commit(bead)
        )

    def troubles(self, window: Window) -> tuple[Trouble, ...]:
        """Attempts that failed, in the order in which they did."""
        found = [
            Trouble(
                kind="escalated" if PERSON in result.summary else "failed",
                convoy=self._convoy_of(step),
                step=str(step.metadata.get("key", step.id)),
                title=step.title,
                role=str(step.metadata.get("role") or ""),
                rig=str(step.metadata.get("rig", "")),
                bead=str(step.metadata.get("bead", "")),
                at=at,
                why=result.summary,
                standing=step.status != CLOSED,
            )
            for step in self._steps()
            for result, at in _past(step, "failures")
            if result.verdict == "failed" and window.holds(at)
        ]
        return tuple(sorted(found, key=lambda one: one.at))

    def sent_back(self, window: Window) -> tuple[SentBack, ...]:
        """Reviews that asked for another round."""
        found = [
            SentBack(
                convoy=self._convoy_of(step),
                bead=str(step.metadata.get("bead", "")),
                rig=str(step.metadata.get("rig", "")),
                round=int(result.evidence.get("round", 1)),
                at=at,
                why=result.summary,
            )
            for step in self._steps()
            for result, at in _past(step, "reviews")
            if window.holds(at)
        ]
        return tuple(sorted(found, key=lambda one: one.at))

    def opened(self, rig: str, window: Window) -> int:
        """How many beads of a rig were created."""
        return sum(window.holds(bead.created_at) for bead in self._of_rig(rig))

    def left_open(self, rig: str) -> int:
        """How many beads of a rig are open now."""
        return sum(bead.status != CLOSED for bead in self._of_rig(rig))

    def _of_type(self, kind: str) -> list[Bead]:
        return [bead for bead in self.beads.values() if bead.issue_type == kind]

    def _of_rig(self, rig: str) -> list[Bead]:
        return [self.beads[one] for one, owner in self.rig_of.items() if owner == rig]

    def _closed(self, window: Window) -> list[Bead]:
        closed = [self.beads[one] for one in self.rig_of if self.beads[one].status == CLOSED]
        within = [bead for bead in closed if window.holds(bead.closed_at)]
        return sorted(within, key=lambda bead: (bead.closed_at or window.start, bead.id))

    def _steps(self) -> Iterator[Bead]:
        poured = {bead.id for bead in self._of_type(MOLECULE)}
        return (bead for bead in self.beads.values() if bead.parent in poured)

    def _convoy_of(self, step: Bead) -> str:
        root = self.beads.get(step.parent or "")
        return str(root.metadata.get("convoy", "")) if root else ""

    def _rounds(self) -> dict[str, int]:
        rounds: dict[str, int] = {}
        for step in self._steps():
            bead, turn = str(step.metadata.get("bead", "")), int(step.metadata.get("round", 1))
            rounds[bead] = max(rounds.get(bead, 1), turn)
        return rounds

    def _convoys(self) -> dict[str, str]:
        """The newest convoy of each bead."""
        return {bead: one.id for one in self._of_type(CONVOY) for bead in _tracked(one)}


def _tracked(convoy: Bead) -> list[str]:
    return [edge.depends_on_id for edge in convoy.dependencies if edge.type == TRACKS]


def _commit(bead: Bead) -> str:
    return str(bead.metadata.get("evidence", {}).get("commit", ""))


def _past(step: Bead, kind: str) -> Sequence[tuple[StageResult, datetime]]:
    """What a step's bead remembers of earlier attempts, each with when it ended."""
    results = [StageResult.model_validate(one) for one in step.metadata.get(kind, [])]
    return [(one, _ended(one) or step.updated_at) for one in results]


def _ended(result: StageResult) -> datetime | None:
    start = float(result.evidence.get("start", 0.0))
    return datetime.fromtimestamp(start + result.seconds, UTC) if start else None
