"""sight: capture, judge and report a build, for a convoy's Spotter and for one alone."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gastown.agents.jail import find_jail
from gastown.beads.ledger import utc_now
from gastown.rigs.clone import TOWN, commit_report
from gastown.rigs.truth.capture import Eyes, capture
from gastown.rigs.truth.capture.eyes import engine_of
from gastown.rigs.truth.check import check, explained, judged
from gastown.rigs.truth.exhibit import exhibits
from gastown.rigs.truth.model import Truth
from gastown.rigs.truth.report import Report, line, render, strip, verdict
from gastown.rigs.truth.sighting import Capture, Sighting, Verdict
from gastown.town.tables.machine import MachineTable
from gastown.town.tables.rigs import AssemblyTable, RigTable
from tasks.eye import Seen, left_for_the_eye

Ask = Callable[[Mapping[str, Capture], Mapping[str, Collection[int]]], Seen]
"""Has what is left for the eye judged. Raises CapacityError."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a build, and where the report lies, once it is kept."""

    report: Report
    strip: bytes | None
    folder: Path | None = None

    @property
    def verdict(self) -> Verdict:
        """Of the whole."""
        return verdict(self.report.sightings)

    @property
    def line(self) -> str:
        """For the board."""
        return "; ".join([line(self.report.sightings), *self.report.notes])


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at. `build` is the folder of the product, `out` a folder of ours."""

    title: str
    truth: Truth
    build: Path
    out: Path
    eyes: Eyes
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


def eyes_of(machine: MachineTable, assembly: AssemblyTable | None, engine: str = "") -> Eyes:
    """Jail, engine and capture command. Raises JailError or ConfigError."""
    command = assembly.capture if assembly else ()
    return Eyes(find_jail(machine.jail), engine_of(engine), command)


def builds_of(table: RigTable) -> tuple[str, ...]:
    """What a rig's builds are called: its assemblies, and the presets that its gauge builds."""
    return tuple(dict.fromkeys((*table.assemblies, *(one.name for one in table.gauge.build))))


def captured(subject: Subject) -> dict[str, Capture]:
    """Every scenario's capture. Raises ConfigError or JailError when one cannot be taken."""
    return {
        one.id: capture(one, subject.build, subject.out / one.id, subject.eyes)
        for one in subject.truth.scenario
    }


def sight(subject: Subject, captures: Mapping[str, Capture], ask: Ask | None) -> Sight:
    """Judge by code, have the rest judged by `ask`; without it, the rest is unsure."""
    sightings = check(subject.truth, captures)
    left = left_for_the_eye(sightings)
    seen = ask(captures, left) if left and ask else Seen()
    told = explained(sightings, _unseen(left=bool(left), judge=seen.judge))
    return _sight(subject, captures, judged(told, seen.verdicts), seen)


def _unseen(*, left: bool, judge: str) -> str:
    """Why nobody has looked."""
    if not left:
        return "no model was asked, since code has found that something fails"
    return "no verdict that can be believed" if judge else "no model looked"


def _sight(
    subject: Subject, captures: Mapping[str, Capture], done: list[Sighting], seen: Seen
) -> Sight:
    shown = exhibits(subject.truth, captures)
    report = Report(
        title=subject.title,
        sightings=done,
        notes=seen.notes,
        facts={
            **subject.facts,
            "Looked at": f"{utc_now():%Y-%m-%d %H:%M} UTC",
            "Captured in": subject.eyes.jail.name,
            "Judge": seen.judge,
        },
        exhibits=shown,
        logs={name: one.output for name, one in captures.items()},
    )
    return Sight(report, strip(shown))


def keep(sight: Sight, private: Path, folder: Path, author: str = TOWN) -> Sight:
    """Put the report into the Spotter's private repository; `folder` is its place there."""
    files: dict[str, str | bytes] = {
        str(folder / name): text for name, text in render(sight.report).items()
    }
    commit_report(private, files, f"Spotter: {sight.report.title}", author)
    return Sight(sight.report, sight.strip, private / folder)
