"""read_presets: what `export_presets.cfg` of a Godot project can build.

It is no INI file: values are literals of Godot's, and a text may run over lines.
"""

import re
from pathlib import Path
from typing import NamedTuple

from gastown.errors import ConfigError

FILE = "export_presets.cfg"
MAX_BYTES = 4 << 20
_PART = re.compile(r"^\[preset\.(\d+)(\.options)?\]\s*$", re.MULTILINE)
_HEAD = re.compile(r"^\[[^\]\n]+\]\s*$", re.MULTILINE)
_VALUE = re.compile(r'^([\w./-]+)\s*=\s*("(?:\\.|[^"\\])*"|[^"\n]*)', re.MULTILINE | re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Preset(NamedTuple):
    """One preset. `arch` and `template` are empty where it leaves them to the engine."""

    name: str
    platform: str
    export_path: str = ""
    runnable: bool = False
    arch: str = ""
    threads: bool = False
    template: str = ""


def read_presets(project: Path, mode: str = "release") -> tuple[Preset, ...]:
    """The presets of a project, in their order; `template` is the custom one of a mode.

    Raises:
        ConfigError: There is no such file, or it is no plain one.
    """
    file = project / FILE
    if file.is_symlink() or not file.is_file():
        raise ConfigError(f"{FILE}: there is none in {project.name}; the editor makes it")
    if file.stat().st_size > MAX_BYTES:
        raise ConfigError(f"{FILE} is larger than {MAX_BYTES >> 20} MiB")
    parts = _parts(file.read_text(encoding="utf-8", errors="replace"))
    return tuple(
        _preset(parts[key], parts.get((key[0], True), {}), mode)
        for key in sorted(parts)
        if not key[1]
    )


def find_preset(presets: tuple[Preset, ...], name: str) -> Preset:
    """The preset of a name. Raises ConfigError that names those there are."""
    for preset in presets:
        if preset.name == name:
            return preset
    known = ", ".join(repr(preset.name) for preset in presets) or "none"
    raise ConfigError(f"gauge.build: {FILE} has no preset {name!r}, but {known}")


def _parts(text: str) -> dict[tuple[int, bool], dict[str, str]]:
    """The values of each preset, and of its options."""
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found: dict[tuple[int, bool], dict[str, str]] = {}
    for head, end in zip(heads, ends, strict=True):
        if part := _PART.match(head[0]):
            key = int(part[1]), part[2] is not None
            found[key] = dict(_VALUE.findall(text[head.end() : end]))
    return found


def _preset(values: dict[str, str], options: dict[str, str], mode: str) -> Preset:
    return Preset(
        name=_text(values.get("name", "")),
        platform=_text(values.get("platform", "")),
        export_path=_text(values.get("export_path", "")),
        runnable=values.get("runnable", "").strip() == "true",
        arch=_text(options.get("binary_format/architecture", "")),
        threads=options.get("variant/thread_support", "").strip() == "true",
        template=_text(options.get(f"custom_template/{mode}", "")),
    )


def _text(value: str) -> str:
    """A literal's text, without its quotes."""
    value = value.strip()
    return _ESCAPED.sub(r"\1", value[1:-1]) if value[:1] == '"' == value[-1:] else value
