"""load_truth: read a `.truth` folder whole; every mistake is named with file and key."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from gastown.errors import ConfigError
from gastown.rigs.truth import criteria
from gastown.rigs.truth.claims import FILE, PixelClaim
from gastown.rigs.truth.model import Numbered, Scenario, Tolerance, Truth, masks_of
from gastown.rigs.truth.picture import PictureError, open_picture

NAME = "truth.toml"
TOLERANCES = "tol.toml"
_OURS = ("pictures", "tolerances")


def load_truth(folder: Path, *, recording: bool = False) -> Truth:
    """The truth in a folder, with its criteria, reference pictures, masks and tolerances.

    While it is recorded, references need not be there yet.

    Raises:
        ConfigError: Anything is wrong with one of its files, or a picture it needs is missing,
            unreadable, a link, or a mask of another size than its reference.
    """
    path = folder / NAME
    truth = _validated(path, _with_criteria(path, _read(path)))
    tolerances = {
        f"{scenario.id}/{name}": one
        for scenario in truth.scenario
        for name, one in _tolerances(folder, scenario).items()
    }
    pictures = _optional(folder, truth)
    for one in truth.claims:
        if isinstance(one.claim, PixelClaim):
            pictures |= _of_claim(folder, one, one.claim, recording=recording)
    return truth.model_copy(update={"pictures": pictures, "tolerances": tolerances})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; docs/truth.md says what it holds") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None


def _with_criteria(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """The tables, with each scenario's claims followed by those of its criteria.md."""
    for key in _OURS:
        if key in data:
            raise ConfigError(f"{path}: {key}: no such key")
    tables = data.get("scenario")
    for one in cast("list[Any]", tables) if isinstance(tables, list) else []:
        if isinstance(one, dict):
            table = cast("dict[str, Any]", one)
            own = table.get("claims", [])
            if isinstance(own, list):
                more = _criteria(path.parent, table.get("id"))
                table["claims"] = [*cast("list[Any]", own), *more]
    return data


def _criteria(folder: Path, scenario: object) -> list[dict[str, Any]]:
    if not isinstance(scenario, str) or not re.fullmatch(FILE, scenario):
        return []  # the id is refused soon, with its key
    file = folder / scenario / criteria.NAME
    if file.is_symlink() or not file.is_file():
        return []
    text = file.read_text(encoding="utf-8", errors="replace")
    return criteria.parse_criteria(text, str(file))


def _validated(path: Path, data: dict[str, Any]) -> Truth:
    try:
        truth = Truth.model_validate(data)
    except ValidationError as error:
        found = error.errors()
        inner = {problem["loc"][:-1] for problem in found if len(problem["loc"]) > 1}
        lines = [
            f"{path}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}"
            for problem in found
            if not any(loc[: len(problem["loc"])] == problem["loc"] for loc in inner)
        ]
        raise ConfigError("\n".join(lines)) from None
    for scenario in truth.scenario:
        if not scenario.claims:
            raise ConfigError(
                f"{path}: scenario {scenario.id}: no claims; write some into "
                f"{path.parent / scenario.id / criteria.NAME}"
            )
    return truth


def _tolerances(folder: Path, scenario: Scenario) -> dict[str, Tolerance]:
    """By frame: what the scenario's tol.toml says of all frames, and of single ones."""
    path = folder / scenario.id / TOLERANCES
    if not path.is_file() or path.is_symlink():
        return {}
    said = _read(path)
    single = {
        name: cast("dict[str, Any]", table)
        for name, table in said.items()
        if isinstance(table, dict)
    }
    all_ = {name: value for name, value in said.items() if name not in single}
    strange = sorted(set(single) - set(scenario.names))
    if strange:
        raise ConfigError(f"{path}: {strange[0]}: no such frame; it has {list(scenario.names)}")
    try:
        return {
            name: Tolerance.model_validate({**all_, **single.get(name, {})})
            for name in scenario.names
        }
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: {key}: {first['msg']}") from None


def _optional(folder: Path, truth: Truth) -> dict[str, bytes]:
    """References and masks that lie where they are looked for; nobody has to name them."""
    found: dict[str, bytes] = {}
    for scenario in truth.scenario:
        for frame in scenario.names:
            for place in (scenario.reference_of(frame), *masks_of(scenario, frame)):
                if (folder / place).is_file() or (folder / place).is_symlink():
                    found[place] = _sound(folder, place, f"scenario {scenario.id}")
    return found


def _of_claim(
    folder: Path, one: Numbered, claim: PixelClaim, *, recording: bool
) -> dict[str, bytes]:
    """The pictures that a claim needs."""
    who = f"scenario {one.scenario.id}, claim {one.number}, {claim.text!r}"
    found: dict[str, bytes] = {}
    for frame in one.scenario.frames_of(claim):
        reference = one.scenario.reference_of(frame, claim)
        if recording and not (folder / reference).exists():
            continue
        found[reference] = _sound(folder, reference, who)
        for mask in _masks(folder, one.scenario, frame, claim):
            found[mask] = _sound(folder, mask, who)
            sizes = {open_picture(found[place]).size for place in (mask, reference)}
            if len(sizes) > 1:
                raise ConfigError(
                    f"{folder / NAME}: {who}: {mask} is not as large as its reference"
                )
    return found


def _masks(folder: Path, scenario: Scenario, frame: str, claim: PixelClaim) -> Iterator[str]:
    """The one that counts, if there is any."""
    if claim.mask:
        yield claim.mask
        return
    there = [one for one in masks_of(scenario, frame) if (folder / one).is_file()]
    yield from there[:1]


def _sound(folder: Path, name: str, who: str) -> bytes:
    try:
        data = _bytes(folder, name)
        open_picture(data)
    except PictureError as error:
        raise ConfigError(f"{folder / NAME}: {who}: {error}") from None
    return data


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        raise PictureError(f"{name} leads through a link")
    if not path.is_file():
        raise PictureError(
            f"{name} is not there; make it with `town truth record` and look at it yourself"
        )
    return path.read_bytes()
