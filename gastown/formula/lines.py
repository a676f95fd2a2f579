"""Lines: where each key and list item of a TOML or JSON text stands.

The parsers of the standard library give no positions. This scanner reads text that they accepted,
so it only has to tell keys, strings, tables and lists apart; it runs when there is a finding.
"""

import re
import tomllib
from bisect import bisect_right

from gastown.formula.finding import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_SPACE = re.compile(r"[ \t]*")


def lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every path; empty for text that is neither TOML nor JSON.

    A path is keys and list indices from the root: `("steps", 3, "needs")`.
    """
    scan = _Scan(text)
    try:
        scan.document()
    except (IndexError, AttributeError, RecursionError, ValueError):
        return {}
    return scan.found


class _Scan:
    """One pass over the text; `at` is the offset of what comes next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self._starts = [match.end() for match in re.finditer("\n", text)]
        self._tables: dict[Path, int] = {}

    def document(self) -> None:
        self._blank()
        if self.text[self.at : self.at + 1] == "{":
            self._value(())
            return
        table: Path = ()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`; the last item of a list of tables on the way is meant."""
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys = self._key()
        self.at = self.text.index("]", self.at) + (2 if many else 1)
        path: Path = ()
        for key in keys[:-1]:
            self._note((*path, key), start)
            path = self._last((*path, key))
        path = (*path, keys[-1])
        if many:
            self._tables[path] = self._tables.get(path, -1) + 1
            self._note(path, start)
            path = self._last(path)
        self._note(path, start)
        return path

    def _last(self, path: Path) -> Path:
        return (*path, self._tables[path]) if path in self._tables else path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for key in self._key():
            path = (*path, key)
            self._note(path, start)
        self._blank()
        self.at += 1
        self._blank()
        self._value(path)

    def _key(self) -> list[str]:
        """A key, dotted or not, quoted or bare."""
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self.text[self.at] in "\"'"
            raw = self._take(_STRING if quoted else _BARE_KEY)
            keys.append(next(iter(tomllib.loads(f"{raw}=1"))) if quoted else raw)
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        char = self.text[self.at]
        if char == "{":
            self._members("}", path)
        elif char == "[":
            self._members("]", path)
        else:
            self._take(_STRING if char in "\"'" else _SCALAR)

    def _members(self, end: str, path: Path) -> None:
        """The inside of a list or an inline table (a JSON array or object)."""
        self.at += 1
        number = 0
        self._blank()
        while self.text[self.at] != end:
            if self.text[self.at] == ",":
                self.at += 1
            elif end == "}":
                self._pair(path)
            else:
                self._note((*path, number), self.at)
                self._value((*path, number))
                number += 1
            self._blank()
        self.at += 1

    def _note(self, path: Path, offset: int) -> None:
        self.found.setdefault(path, bisect_right(self._starts, offset) + 1)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"unexpected text at offset {self.at}")
        self.at = match.end()
        return match[0]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _blank(self) -> None:
        self._skip(_BLANK)
