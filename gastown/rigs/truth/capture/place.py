"""place: what in a build a scenario means: its program, its page, its folder."""

import re
from collections.abc import Collection
from pathlib import Path

from gastown.errors import ConfigError
from gastown.rigs.truth.model import Scenario, Truth

_ELF = b"\x7fELF"
PRODUCT = "product"
_PAGES = ("index.html", "*.html")


def program(build: Path, scenario: Scenario) -> Path:
    """The executable of a Godot build. Raises ConfigError when there is none, or several."""
    spot = inside(build, scenario)
    if spot.is_file():
        return spot
    found = [path for path in sorted(spot.iterdir()) if _is_program(path)]
    return _only(found, spot, scenario, "program")


def page(build: Path, scenario: Scenario) -> Path:
    """The page of a web build. Raises ConfigError when there is none, or several."""
    spot = inside(build, scenario)
    if spot.is_file():
        return spot
    for pattern in _PAGES:
        found = sorted(spot.glob(pattern))
        if found:
            return _only(found, spot, scenario, "page")
    return _only([], spot, scenario, "page")


def inside(build: Path, scenario: Scenario) -> Path:
    """What `build` names below the folder of the build.

    A preset's name finds where the Gauger leaves its product, in the build of one or of many.
    """
    slug = slug_of(scenario.build)
    if slug and build.name == PRODUCT and build.parent.name == slug:
        return build
    for name in (f"{slug}/{PRODUCT}", scenario.build, slug):
        spot = build / name
        if spot.exists() and spot.resolve().is_relative_to(build.resolve()):
            return spot
    raise ConfigError(f"scenario {scenario.id}: build: no {scenario.build!r} in {build}")


def slug_of(build: str) -> str:
    """A preset's name as the folder of its build is called: `Linux Proof` is `linux-proof`."""
    return re.sub(r"[^a-z0-9]+", "-", build.lower()).strip("-")


def about(truth: Truth, name: str, others: Collection[str]) -> Truth:
    """The truth without the scenarios that are about other builds of the rig than `name`.

    Raises ConfigError when none is left.
    """
    elsewhere = {slug_of(one) for one in others} - {slug_of(name)}
    kept = tuple(one for one in truth.scenario if slug_of(one.build) not in elsewhere)
    if not kept:
        raise ConfigError(f"truth.toml: no scenario is about the build {name}")
    return truth.model_copy(update={"scenario": kept})


def _only(found: list[Path], spot: Path, scenario: Scenario, what: str) -> Path:
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found) or "none"
    raise ConfigError(
        f"scenario {scenario.id}: build: {spot} should hold one {what}, it has: {names}; name it "
        f"in truth.toml"
    )


def _is_program(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or ".so" in path.suffixes:
        return False
    with path.open("rb") as file:
        return file.read(4) == _ELF and bool(path.stat().st_mode & 0o100)
