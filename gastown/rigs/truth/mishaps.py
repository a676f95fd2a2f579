"""mishaps: the lines of a program's output that are errors, however it exits."""

import re
from collections.abc import Iterable, Sequence

from gastown.rigs.truth.model import Kind

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SIGNS: dict[Kind, re.Pattern[str]] = {
    "godot": re.compile(r"^\s*(USER |SHADER )?(SCRIPT )?ERROR:|^\s*Parse Error|^handle_crash:"),
    "web": re.compile(r"^(console\.(error|assert)|uncaught|failed|browser(\.error)?):"),
    "command": re.compile(
        r"^Traceback \(most recent call last\)|^panic:|^thread '.*' panicked|^Segmentation fault"
        r"|^(fatal|FATAL)( error)?:|^Error:|^ERROR\b"
    ),
}
_HARMLESS: dict[Kind, tuple[str, ...]] = {
    # said by Godot 4 of a sound project: at the end of movie mode, and where no GPU is
    "godot": ("nonexistent connection", "Could not set V-Sync", "ALSA", "PulseAudio"),
    "web": (),
    "command": (),
}


def mishaps(kind: Kind, output: str, allow: Sequence[str] = ()) -> list[str]:
    """The lines that tell of an error, but those with a text of `allow` in them."""
    harmless = (*_HARMLESS[kind], *allow)
    return [line for line in _lines(output) if _is_bad(kind, line, harmless)]


def _is_bad(kind: Kind, line: str, harmless: Iterable[str]) -> bool:
    return bool(_SIGNS[kind].search(line)) and not any(text in line for text in harmless)


def _lines(output: str) -> list[str]:
    return [_ANSI.sub("", line).rstrip() for line in output.splitlines()]
