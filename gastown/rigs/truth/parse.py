"""load_truth: read a `.truth` folder whole; every mistake is named with file and key."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gastown.errors import ConfigError
from gastown.rigs.truth.model import PixelClaim, Truth
from gastown.rigs.truth.picture import PictureError, open_picture

NAME = "truth.toml"


def load_truth(folder: Path) -> Truth:
    """The truth in a folder, with its reference pictures and masks.

    Raises:
        ConfigError: Anything is wrong with truth.toml, or a picture it names is missing,
            unreadable, a link, or a mask of another size than its reference.
    """
    path = folder / NAME
    truth = _parsed(path)
    pictures: dict[str, bytes] = {}
    for number, scenario, claim in truth.claims:
        if isinstance(claim, PixelClaim):
            names = [scenario.reference_of(claim), *([claim.mask] if claim.mask else [])]
            try:
                pictures |= {name: _picture(folder, name) for name in names}
                sizes = {open_picture(pictures[name]).size for name in names}
            except PictureError as error:
                raise ConfigError(f"{path}: claim {number}, {claim.text!r}: {error}") from None
            if len(sizes) > 1:
                raise ConfigError(
                    f"{path}: claim {number}: {names[1]} is not as large as its reference"
                )
    return truth.model_copy(update={"pictures": pictures})


def _parsed(path: Path) -> Truth:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        if "pictures" in data:
            raise ConfigError(f"{path}: pictures: no such key")
        return Truth.model_validate(data)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; docs/truth.md says what it holds") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None


def _picture(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        raise PictureError(f"{name} leads through a link")
    if not path.is_file():
        raise PictureError(f"{name} is not there; capture it once and look at it yourself")
    return path.read_bytes()
