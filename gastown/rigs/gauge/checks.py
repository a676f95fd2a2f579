"""checks: which tests of a gdUnit4 suite check nothing, read from their text.

gdUnit4's report counts no checks. A test checks something when one stands in it, or in a function
of any script of the rig whose name it says. So a name too many lets an idle test pass, and no
healthy one is called idle.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

IDLE = "checked nothing: no check stands in it, nor in what it calls; assert_that(x) alone is none"

_LITERAL = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(#[^\n]*)',
    re.DOTALL,
)
_FUNCTION = re.compile(r"(?:@\w+(?:\([^)]*\))?\s+)*(?:static\s+)?func\s+(\w+)\s*\(")
_CHECK = re.compile(
    r"\bassert_\w+\s*\(|(?<![\w.])(?:fail|verify|verify_no_(?:more_)?interactions)\s*\("
    r"|\bawait_(?:func|signal)(?:_on)?\s*\(|\b\w*Assert\w*\s*\."
)
_ENGINES = re.compile(r"(?<![\w.])assert\s*\(")
_ASKED = re.compile(
    r"(?:await\s+)?assert_(?:that|bool|str|int|float|vector[234]?|array|dict|file|object|result"
    r"|signal|failure|failure_await|error)\s*(?=\()"
)
"""What begins a check, and is none before a method of its value is called."""
_AROUND = ("before_test", "after_test")
_WORD = re.compile(r"[A-Za-z_]\w*")
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its text: whether it checks something itself, and every name that it says."""

    name: str
    checks: bool
    words: frozenset[str]


def idle_tests(
    scripts: Mapping[str, str], suites: Collection[str], beside: Collection[str] = ()
) -> dict[str, frozenset[str]]:
    """The tests of each suite that check nothing.

    Args:
        scripts: The text of every script of the rig, by its path.
        suites: Which of them are suites.
        beside: Helpers of theirs: there, as in suites, the engine's own `assert` is a check, which
            in the code that is tested it is not.
    """
    tests = {*suites, *beside}
    read = {path: functions(text, engine=path in tests) for path, text in scripts.items()}
    sure = _checking([one for found in read.values() for one in found])
    return {path: _idle(read[path], sure) for path in suites if path in read}


def functions(text: str, *, engine: bool) -> list[Function]:
    """Every function of a script; `engine`: whether the engine's own `assert` is a check."""
    code = _LITERAL.sub(_blank, text)
    found: list[Function] = []
    lines = list(_statements(code))
    for at, (indent, line) in enumerate(lines):
        header = _FUNCTION.match(line)
        if header:
            body = [line[header.end() :], *_below(lines[at + 1 :], indent)]
            words = frozenset(word for part in body for word in _WORD.findall(part))
            found.append(Function(header[1], any(_is_check(p, engine=engine) for p in body), words))
    return found


def _idle(own: Collection[Function], sure: frozenset[str]) -> frozenset[str]:
    if any(one.name in _AROUND and _checks(one, sure) for one in own):
        return frozenset()
    tests = [one for one in own if one.name.startswith("test")]
    checked = {one.name for one in tests if _checks(one, sure - {one.name})}
    return frozenset(one.name for one in tests) - checked


def _checking(known: Collection[Function]) -> frozenset[str]:
    """Names of functions that check something, themselves or through others."""
    sure = frozenset(one.name for one in known if one.checks)
    while more := {one.name for one in known if one.name not in sure and one.words & sure}:
        sure |= more
    return sure


def _checks(one: Function, sure: frozenset[str]) -> bool:
    return one.checks or bool(one.words & sure)


def _is_check(statement: str, *, engine: bool) -> bool:
    if engine and _ENGINES.search(statement):
        return True
    return bool(_CHECK.search(statement)) and not _is_asked_only(statement.strip(" \t;"))


def _is_asked_only(statement: str) -> bool:
    """`assert_that(x)`, of whose value no method is called: one argument, and nothing behind."""
    begin = _ASKED.match(statement)
    if not begin:
        return False
    depth, commas = 0, 0
    for at, letter in enumerate(statement[begin.end() :], start=begin.end()):
        depth += _DEPTH.get(letter, 0)
        commas += letter == "," and depth == 1
        if depth == 0:
            return at == len(statement) - 1 and not commas
    return False


def _blank(found: re.Match[str]) -> str:
    """A comment is nothing; of a text, the names that it says are kept, for `call("name")`."""
    if found[1] is not None:
        return ""
    return f'"{" ".join(_WORD.findall(found[0]))}"'


def _statements(code: str) -> Iterator[tuple[int, str]]:
    """Each statement on one line, with its indentation; one ends where its brackets are closed."""
    whole, depth = "", 0
    for line in code.split("\n"):
        whole = f"{whole} {line.strip()}" if whole else line
        depth += sum(_DEPTH.get(letter, 0) for letter in line)
        if depth > 0 or whole.rstrip().endswith("\\"):
            whole = whole.rstrip().removesuffix("\\")
            continue
        if whole.strip():
            yield len(whole) - len(whole.lstrip()), whole.strip()
        whole, depth = "", 0


def _below(lines: Iterable[tuple[int, str]], indent: int) -> Iterator[str]:
    for inner, line in lines:
        if inner <= indent:
            return
        yield line
