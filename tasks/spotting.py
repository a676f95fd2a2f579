"""spotting: the Spotter alone, on a rig, on a folder with `.truth`, or on any build."""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gastown.errors import ConfigError, GitError, NotFoundError
from gastown.rigs.git import Repo
from gastown.rigs.truth.capture.place import PRODUCT
from gastown.rigs.truth.model import Truth
from gastown.rigs.truth.parse import NAME, load_truth
from gastown.rigs.truth.record import Recorded, record
from gastown.rigs.truth.sighting import Capture
from gastown.town.tables.machine import MachineTable
from gastown.town.tables.rigs import AssemblyTable
from gastown.town.town import Town
from tasks.errand import errand
from tasks.eye import Seen, looked
from tasks.room import Tell, quiet, room
from tasks.sight import Sight, Subject, builds_of, captured, eyes_of, keep, sight
from tasks.visit import visit

TRUTH = ".truth"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a person names: a rig or a folder, and, where they lie elsewhere, build and truth.

    `assembly` is one of the rig's, or one of the presets that its gauge builds.
    """

    target: str
    build: Path | None = None
    truth: Path | None = None
    assembly: str = ""
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """The same, found. `rig` is None for what is no rig of the town."""

    name: str
    rig: str | None
    commit: str
    truth: Path
    build: Path
    assembly: AssemblyTable | None
    engine: str


def spot(town: Town, aim: Aim, *, blind: bool = False, tell: Tell = quiet) -> Sight:
    """Capture and judge what is aimed at; the report lies in the Spotter's private repository.

    Args:
        town: Whose machine, models and private repositories are used.
        aim: What is looked at.
        blind: Ask no model; what is left for the eye stays unsure.
        tell: Hears what is waited for.

    Raises:
        ConfigError: Its truth is wrong, or it has no build.
        NotFoundError: There is no such rig, folder, assembly or scenario.
        JailError: This machine's jail can hold no window.
        CapacityError: Its model is busy, or money is gone.
    """
    with _found(town, aim) as ground, TemporaryDirectory(prefix="gastown-spotter-") as out:
        truth = _narrowed(load_truth(ground.truth), aim.scenarios)
        subject = _subject(town.config.machine, ground, truth, Path(out))

        def ask(captures: Mapping[str, Capture], left: Mapping[str, Collection[int]]) -> Seen:
            return _asked(town, ground, truth, captures, left, tell)

        captures = _captured(town, subject, ground.name, tell)
        seen = sight(subject, captures, None if blind else ask)
    place = ground.rig or f"elsewhere/{ground.name}"
    folder = Path(place, aim.assembly) if aim.assembly else Path(place)
    return keep(seen, town.layout.private("spotter"), folder)


def record_truth(
    town: Town | None, aim: Aim, into: Path | None = None, *, tell: Tell = quiet
) -> list[Recorded]:
    """Capture what is aimed at and make references of it, in its own `.truth` or in `into`.

    Raises as `spot` does, and ConfigError for a capture that can be no reference.
    """
    if into is None and town is not None and aim.target in town.config.rigs:
        raise ConfigError(
            f"{aim.target} is a rig: say into which {TRUTH} its references go, e.g. that of your "
            f"own clone (town crew add), with --into FOLDER"
        )
    with _found(town, aim) as ground, TemporaryDirectory(prefix="gastown-spotter-") as out:
        truth = _narrowed(load_truth(ground.truth, recording=True), aim.scenarios)
        machine = town.config.machine if town else MachineTable()
        subject = _subject(machine, ground, truth, Path(out))
        captures = _captured(town, subject, ground.name, tell)
        return record(truth, captures, into or ground.truth)


def _captured(town: Town | None, subject: Subject, name: str, tell: Tell) -> dict[str, Capture]:
    """Every scenario's capture; its place on a town's PC is free again before a model looks."""
    place = room(town, "spotter", title=f"capture {name}", tell=tell) if town else nullcontext()
    with place:
        return captured(subject)


def _asked(
    town: Town,
    ground: _Ground,
    truth: Truth,
    captures: Mapping[str, Capture],
    left: Mapping[str, Collection[int]],
    tell: Tell,
) -> Seen:
    try:
        title = f"look at {ground.name}"
        with errand(town, "spotter", rig=ground.rig, title=title, tell=tell) as desk:
            return looked(desk, truth, captures, left)
    except ConfigError as error:
        return Seen(notes=[f"no model looked: {error}"])


def _subject(machine: MachineTable, ground: _Ground, truth: Truth, out: Path) -> Subject:
    at = f" at {ground.commit[:10]}" if ground.commit else ""
    return Subject(
        title=f"{ground.name}{at}",
        truth=truth,
        build=ground.build,
        out=out,
        eyes=eyes_of(machine, ground.assembly, ground.engine),
        facts={"Build": str(ground.build), "Commit": ground.commit[:10]},
    )


@contextmanager
def _found(town: Town | None, aim: Aim) -> Generator[_Ground]:
    if town is not None and aim.target in town.config.rigs:
        with visit(town, aim.target) as found:
            yield _of_rig(town, aim, found.worktree, found.commit)
        return
    folder = Path(aim.target).expanduser()
    if not folder.is_dir():
        known = ", ".join(sorted(town.config.rigs)) if town else ""
        raise NotFoundError(
            f"{aim.target!r} is neither a folder nor a rig of the town; rigs: {known or 'none'}"
        )
    yield _of_folder(aim, folder.resolve())


def _of_rig(town: Town, aim: Aim, worktree: Path, commit: str) -> _Ground:
    table = town.config.rig(aim.target)
    known = builds_of(table)
    name = aim.assembly or (known[0] if len(known) == 1 else "")
    if name not in known and (aim.assembly or table.assemblies):
        raise NotFoundError(
            f"which build of {aim.target} is meant? give --assembly; it has: "
            f"{', '.join(known) or 'none'}"
        )
    assembly = table.assemblies.get(name)
    truth = aim.truth or worktree / (assembly.truth if assembly else TRUTH)
    build = aim.build or (_newest(town, (name,) if name else known) if known else worktree)
    label = f"{aim.target}-{name}" if name else aim.target
    engine = table.gauge.engine
    return _Ground(label, aim.target, commit, truth, _there(build), assembly, engine)


def _of_folder(aim: Aim, folder: Path) -> _Ground:
    truth = aim.truth or folder / TRUTH
    if not (truth / NAME).is_file() and (folder / NAME).is_file():
        truth = folder
    commit = ""
    if (folder / ".git").exists():
        try:
            commit = Repo(folder).head()
        except GitError:  # it has no commit yet
            commit = ""
    build = _there(aim.build or folder)
    return _Ground(folder.name or "root", None, commit, truth, build, None, "")


def _newest(town: Town, names: Sequence[str]) -> Path:
    """The product that the Gauger built last; of several presets, the folder that has them all."""
    builds = town.root / "builds"
    found = [path for name in names for path in builds.glob(f"*/{name}/{PRODUCT}")]
    if not found:
        raise ConfigError(
            f"no build of {' or '.join(names)} yet: let the Gauger build it, or give one with "
            f"--build FOLDER"
        )
    newest = max(found, key=lambda path: path.stat().st_mtime)
    return newest if len(names) == 1 else newest.parent.parent


def _there(build: Path) -> Path:
    if not build.is_dir():
        raise NotFoundError(f"{build}: no such folder of a build")
    return build.resolve()


def _narrowed(truth: Truth, scenarios: Sequence[str]) -> Truth:
    """The truth with these scenarios only; all of them when none is named."""
    known = [one.id for one in truth.scenario]
    strange = [name for name in scenarios if name not in known]
    if strange:
        raise NotFoundError(f"no scenario {strange[0]!r}; scenarios: {', '.join(known)}")
    kept = tuple(one for one in truth.scenario if not scenarios or one.id in scenarios)
    return truth.model_copy(update={"scenario": kept})
