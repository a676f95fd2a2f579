"""follow: what one more scan says of every finding that was ever seen. Pure.

A finding is *new* in the scan that sees it first, *known* afterwards, *fixed* once a scanner that
could have seen it no longer does, *accepted* while a person says so. What nobody looked at this
time stays as it was: a scanner that did not run fixes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from gastown.rigs.scan.finding import SEVERITIES, Finding, Scanned, ScannerRun
from gastown.security.acceptance import Acceptance
from gastown.stage import Frozen

Status = Literal["new", "known", "fixed", "accepted"]
MODEL = "model"
KEPT = 200  # fixed findings that are remembered, the newest


class Tracked(Frozen):
    """A finding and its story. `checked` is false when nobody could look for it in this scan."""

    finding: Finding
    status: Status
    since: datetime
    since_commit: str
    seen: datetime
    fixed: datetime | None = None
    fixed_commit: str = ""
    checked: bool = True
    acceptance: Acceptance | None = None

    @property
    def is_open(self) -> bool:
        """It is there, and nobody accepted it."""
        return self.status in {"new", "known"}


@dataclass(frozen=True, slots=True)
class Moment:
    """When, and at which commit, a scan was made."""

    at: datetime
    commit: str


class Standing(Frozen):
    """A rig's findings after a scan, open ones first, the worst of them first."""

    at: datetime
    commit: str
    tracked: tuple[Tracked, ...] = ()
    ran: tuple[ScannerRun, ...] = ()
    unread: tuple[str, ...] = Field(default=(), description="Files too large, or not UTF-8.")

    def of(self, *statuses: Status) -> tuple[Tracked, ...]:
        """Findings of these statuses."""
        return tuple(one for one in self.tracked if one.status in statuses)

    @property
    def open(self) -> tuple[Tracked, ...]:
        """New and known ones."""
        return self.of("new", "known")

    @property
    def just_fixed(self) -> tuple[Tracked, ...]:
        """Those that this scan no longer saw."""
        return tuple(one for one in self.of("fixed") if one.fixed == self.at)

    @property
    def alarming(self) -> tuple[Tracked, ...]:
        """New ones of high severity or worse: what a person must hear of."""
        return tuple(one for one in self.of("new") if one.finding.severity in {"critical", "high"})

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Why the scan may have missed something, in words; empty when every scanner ran whole."""
        return (
            *(f"{run.name} did not run" for run in self.ran if not run.ran),
            *(f"{run.name} ran in part" for run in self.ran if run.ran and run.missed),
            *([f"{len(self.unread)} files were not read"] if self.unread else []),
        )

    @property
    def line(self) -> str:
        """For the board: `3 open (1 critical, 2 low), 1 new, 2 fixed; bandit did not run`."""
        severities = [one.finding.severity for one in self.open]
        counts = [f"{severities.count(s)} {s}" for s in SEVERITIES if s in severities]
        told = f"{len(severities)} open" + (f" ({', '.join(counts)})" if counts else "")
        parts = [told, f"{len(self.of('new'))} new"]
        parts += [f"{len(self.just_fixed)} fixed"] * bool(self.just_fixed)
        parts += [f"{len(self.of('accepted'))} accepted"] * bool(self.of("accepted"))
        return "; ".join([", ".join(parts), *self.incomplete])


def follow(
    past: Sequence[Tracked],
    scanned: Scanned,
    accepted: Mapping[str, Acceptance],
    moment: Moment,
    present: Callable[[Finding], bool],
) -> Standing:
    """Bring the findings up to date.

    Args:
        past: As the last scan left them.
        scanned: What this one saw.
        accepted: Acceptances that count today, by fingerprint.
        moment: When and where this scan was made.
        present: Whether what a finding was seen at is still in the tree; asked of the model's,
            who reads changes only, so that its silence says nothing.
    """
    before = {one.finding.fingerprint: one for one in past}
    now = {finding.fingerprint: finding for finding in scanned.findings}
    seen = [_seen(finding, before.get(name), accepted, moment) for name, finding in now.items()]
    gone = [_unseen(one, scanned, accepted, moment, present) for one in past
            if one.finding.fingerprint not in now]  # fmt: skip
    fixed = sorted((one for one in gone if one.status == "fixed"), key=_when, reverse=True)
    rest = [*seen, *(one for one in gone if one.status != "fixed")]
    return Standing(
        at=moment.at,
        commit=moment.commit,
        tracked=(*sorted(rest, key=_rank), *fixed[:KEPT]),
        ran=scanned.ran,
        unread=scanned.unread,
    )


def judged(one: Tracked, accepted: Mapping[str, Acceptance]) -> Tracked:
    """The finding as it stands after persons accepted some, or took that back, since its scan."""
    if one.status == "fixed":
        return one
    word = accepted.get(one.finding.fingerprint)
    returned: Status = "known" if one.status == "accepted" else one.status
    return one.model_copy(update={"status": "accepted" if word else returned, "acceptance": word})


def _seen(
    finding: Finding, old: Tracked | None, accepted: Mapping[str, Acceptance], moment: Moment
) -> Tracked:
    """One that was fixed and is back is new again."""
    again = old is not None and old.status != "fixed"
    return judged(
        Tracked(
            finding=finding,
            status="known" if again else "new",
            since=old.since if old and again else moment.at,
            since_commit=old.since_commit if old and again else moment.commit,
            seen=moment.at,
        ),
        accepted,
    )


def _unseen(
    old: Tracked,
    scanned: Scanned,
    accepted: Mapping[str, Acceptance],
    moment: Moment,
    present: Callable[[Finding], bool],
) -> Tracked:
    if old.status == "fixed":
        return old
    if _is_gone(old.finding, scanned, present):
        changes = {"status": "fixed", "fixed": moment.at, "fixed_commit": moment.commit}
        return old.model_copy(update={**changes, "acceptance": None, "checked": True})
    known = old.model_copy(update={"status": "known", "checked": False})
    return judged(known, accepted)


def _is_gone(finding: Finding, scanned: Scanned, present: Callable[[Finding], bool]) -> bool:
    """A scanner that is not listed had nothing to read, so nothing of its is left."""
    if finding.scanner == MODEL:
        return not present(finding)
    runs = {run.name: run for run in scanned.ran}
    run = runs.get(finding.scanner)
    whole = run is None or (run.ran and not run.missed)
    return whole and finding.file not in scanned.unread


def _rank(one: Tracked) -> tuple[bool, int, bool, str, int, str]:
    finding = one.finding
    worst = SEVERITIES.index(finding.severity)
    place = (finding.file, finding.line, finding.fingerprint)
    return (not one.is_open, worst, one.status != "new", *place)


def _when(one: Tracked) -> datetime:
    return one.fixed or one.seen
