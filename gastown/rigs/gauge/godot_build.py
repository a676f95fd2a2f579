"""run_builds: export presets of a Godot project, and start what runs here.

An export ends with 0 over scripts that do not compile, and so does the game that was made of them.
So every script is compiled first, and the game must run a while without a script error.
"""

import platform
import posixpath
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gastown.agents.jail import Jail, Ran
from gastown.errors import ConfigError
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.build import Build, BuildStatus
from gastown.rigs.gauge.godot_compile import check_compiles
from gastown.rigs.gauge.godot_engine import find_engine
from gastown.rigs.gauge.godot_judge import where
from gastown.rigs.gauge.godot_output import find_errors
from gastown.rigs.gauge.godot_suite import NO_ENGINE
from gastown.rigs.gauge.godot_work import GodotWork
from gastown.rigs.gauge.leftovers import disk_use
from gastown.rigs.gauge.presets import Preset, find_preset, read_presets
from gastown.rigs.gauge.run import GaugeRun, read_log
from gastown.rigs.gauge.templates import PLACE, find_templates, product_name, template_name
from gastown.rigs.gauge.templates import engine_version as version_of
from gastown.town.tables.gauge import BuildTable, GaugeTable

FPS = 60
GRACE_S = 30  # for a game to start and to end, beside the time that it must run


def run_builds(
    table: GaugeTable, worktree: Path, out: Path, jail: Jail, *, around: Around | None = None
) -> tuple[Build, ...]:
    """Build every preset of `gauge.build` below `out`/NAME: `product`, `build.log`, `boot.log`.

    Whatever goes wrong with one is told in its result. `out` has the logs of what all share.

    Raises:
        ConfigError: The table names a preset that there is not, or addons.jsonc cannot be read.
        JailError: The engine could not be started.
    """
    if not table.build:
        return ()
    engine = find_engine(table.engine)
    why = NO_ENGINE if engine is None else _unfit(jail)
    if engine is None or why:
        return tuple(
            Build(name=one.name, preset=one.preset, status="skipped", problems=(why,))
            for one in table.build
        )
    scratch = out / ".work"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    run = GaugeRun(table, worktree.resolve(), scratch.resolve(), jail, (), around or Around())
    try:
        yard = _Yard(GodotWork(run, engine), out.resolve())
        return yard.builds(table.build)
    finally:
        for log in scratch.glob("*.log"):
            log.replace(out / log.name)
        shutil.rmtree(scratch, ignore_errors=True)


def _unfit(jail: Jail) -> str:
    """Why no export is whole in a jail, or nothing.

    The engine writes the settings of the exported game to /tmp first, whatever TMPDIR says. Where
    it may not, it ends with 0 all the same, over a game that does not start.
    """
    if jail.name.startswith("Landlock"):
        return "exports need the jail of bubblewrap: the engine writes to /tmp, which is not lent"
    return ""


@dataclass(frozen=True, slots=True)
class _Yard:
    """Where all presets of one project are built."""

    work: GodotWork
    out: Path

    def builds(self, tables: Sequence[BuildTable]) -> tuple[Build, ...]:
        """Prepare the project once, then build each preset, unless it is broken for all."""
        asked = [(one, self._preset(one)) for one in tables]
        restored = self.work.prepare()
        templates = find_templates(self.work.engine, Path.home())
        if templates is not None:
            spot = self.work.home / PLACE
            spot.parent.mkdir(parents=True)
            spot.symlink_to(templates, target_is_directory=True)
        self.work.start("--import", log=self.work.run.out / "import.log")
        compiled = check_compiles(self.work, restored.own)
        broken = (
            *restored.problems,
            *compiled.problems,
            *(f"{file} does not compile: {why}" for file, why in compiled.bad.items()),
        )
        return tuple(self._build(one, preset, templates, broken) for one, preset in asked)

    def _preset(self, table: BuildTable) -> Preset:
        return find_preset(read_presets(self.work.run.project, table.mode), table.preset)

    def _build(
        self, table: BuildTable, preset: Preset, templates: Path | None, broken: Sequence[str]
    ) -> Build:
        start = time.monotonic()
        made = Build(
            name=table.name, preset=preset.name, platform=preset.platform, status="skipped"
        )
        shutil.rmtree(self.out / table.name, ignore_errors=True)
        if broken:
            return made.model_copy(update={"status": "failed", "problems": tuple(broken)})
        if lacking := self._lacking(preset, table, templates):
            return made.model_copy(update={"problems": (lacking,)})
        product, problems = self._export(table, preset, templates)
        booted = ""
        if not problems:
            booted, problems = self._boot(table, preset, product)
        status: BuildStatus = "failed" if problems else "built"
        there = product.is_file()
        done = {
            "status": status,
            "problems": problems,
            "product": str(product.relative_to(self.out)) if there else "",
            "size": disk_use(self.out / table.name / "product") if there else 0,
            "booted": booted,
            "log": f"{table.name}/build.log",
            "seconds": round(time.monotonic() - start, 3),
        }
        return made.model_copy(update=done)

    def _lacking(self, preset: Preset, table: BuildTable, templates: Path | None) -> str:
        """Why a preset cannot be built with this engine, or nothing."""
        if preset.template:
            there = Path(preset.template).is_file()
            return "" if there else f"its custom template {preset.template} is not there"
        name, version = template_name(preset, table.mode), version_of(self.work.engine)
        if not name:
            return f"the platform {preset.platform!r} is not known here"
        if templates is None or not (templates / version / name).is_file():
            return f"no export template {name} for Godot {version}"
        return ""

    def _export(
        self, table: BuildTable, preset: Preset, templates: Path | None
    ) -> tuple[Path, tuple[str, ...]]:
        """Export into a folder of the jail, and move what came of it into its place."""
        inner = _inner(table, preset)
        drafted = self.work.reports / table.name / inner
        drafted.parent.mkdir(parents=True)
        home = self.out / table.name
        home.mkdir(parents=True)
        work = self._within(table.timeout_s)
        argv = [f"--export-{table.mode}", preset.name, str(drafted)]
        own = Path(preset.template) if preset.template else None
        readable = [path for path in (templates, own) if path]
        ran = work.start(*argv, log=home / "build.log", readable=readable)
        shutil.move(self.work.reports / table.name, home / "product")
        product = home / "product" / inner
        return product, _export_problems(ran, product, read_log(home / "build.log"), table)

    def _boot(
        self, table: BuildTable, preset: Preset, product: Path
    ) -> tuple[str, tuple[str, ...]]:
        """Let a game run for its time; how that went, and what is wrong with it."""
        if not table.boot_s:
            return "", ()
        if not _runs_here(preset):
            return f"not started: it is for {preset.platform} {preset.arch}".rstrip(), ()
        log = self.out / table.name / "boot.log"
        frames = max(1, round(table.boot_s * FPS))
        argv = [str(product), "--headless", "--max-fps", str(FPS), "--quit-after", str(frames)]
        work = self._within(table.boot_s + GRACE_S)
        ran = work.launch(argv, log, readable=[product.parent], cwd=product.parent)
        problems = _boot_problems(ran, read_log(log))
        return f"ran {table.boot_s:g} s" if not problems else "did not run well", problems

    def _within(self, seconds: float) -> GodotWork:
        table = self.work.run.table.model_copy(update={"timeout_s": seconds})
        return replace(self.work, run=replace(self.work.run, table=table))


def _inner(table: BuildTable, preset: Preset) -> str:
    """The product's path in its folder. Raises ConfigError where it leads out of it."""
    asked = table.out.removeprefix("{out}").lstrip("/")
    path = posixpath.normpath(asked or product_name(preset, table.name))
    if path in {".", ".."} or path.startswith("../"):
        raise ConfigError(f"gauge.build: out = {table.out!r} is no file below {{out}}")
    return path


def _export_problems(ran: Ran, product: Path, output: str, table: BuildTable) -> tuple[str, ...]:
    if ran.timed_out:
        return (f"the export did not end within {table.timeout_s:g} s (timeout_s)",)
    problems = [f"the export: {error.message}" for error in find_errors(output)]
    if ran.rc:
        problems.append(f"the export ended with exit code {ran.rc}: {_last_error(output)}")
    elif not product.is_file() or not product.stat().st_size:
        problems.append(f"the export left no {product.name}")
    return tuple(dict.fromkeys(problems))


def _boot_problems(ran: Ran, output: str) -> tuple[str, ...]:
    problems = [f"the game: {where(error)}" for error in find_errors(output)]
    if ran.timed_out:
        problems.append("the game did not end when it was told to")
    elif ran.rc:
        problems.append(f"the game ended with exit code {ran.rc}: {_last_error(output)}")
    return tuple(dict.fromkeys(problems))


def _last_error(output: str) -> str:
    errors = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    return errors[-1].removeprefix("ERROR: ") if errors else "see its log"


def _runs_here(preset: Preset) -> bool:
    """Whether this machine can start a preset's product."""
    machine = platform.machine().replace("aarch64", "arm64")
    return preset.platform.startswith("Linux") and (preset.arch or "x86_64") == machine
