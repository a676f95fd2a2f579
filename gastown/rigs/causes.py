"""find_cause: why a red test case is red, read from the words of its runner."""

import re
from typing import Literal, NamedTuple

from gastown.rigs.report import TestCase

Kind = Literal["assertion", "missing", "syntax", "fixture", "empty", "crash"]

_NAME = r"[\"']?([A-Za-z_][\w.]*)"
_PYTHON = (
    rf"ImportError: cannot import name {_NAME}",
    rf"ModuleNotFoundError: No module named {_NAME}",
    rf"AttributeError: .*has no attribute {_NAME}",
    rf"NameError: name {_NAME}.* is not defined",
    rf"KeyError: {_NAME}",
    rf"TypeError: {_NAME}\(\) (?:got|takes|missing)",
    rf"TypeError: .*unexpected keyword argument {_NAME}",
)
_GODOT = (  # as Godot 4.6 says it; the last one is our own parse check
    rf"Identifier {_NAME}\" not declared",
    rf"Identifier not found: {_NAME}",
    rf"Could not find (?:base class|type|script for class) {_NAME}",
    rf"[Ff]unction {_NAME}\(\)\" not found",
    rf"Nonexistent (?:function|signal) {_NAME}",
    rf"Cannot find (?:member|property|constant|signal|enum value) {_NAME}",
    rf"Invalid (?:access|assignment).* (?:property or key|of property|key|index) {_NAME}",
    r"(?:Preload file|Could not resolve super class path) [\"'](?:res://)?([^\"']+)",
    rf"missing name {_NAME}",
)
_NODE = (
    r"TypeError: (?:\(0 ?, )?(?:.*\.)?(\w+)\)? is not a (?:function|constructor)",
    r"ReferenceError: (\w+) is not defined",
    r"does not provide an export named '?(\w+)",
    r"Cannot find (?:module|package) '([^']+)'",
    r"Cannot read properties of undefined \(reading '(\w+)'\)",
)
_RUST = (
    r"unresolved import `([\w:]+)`",
    r"(?:cannot|could not) find (?:[a-z ,]+ )?`(\w+)`",
    r"use of (?:undeclared|unresolved) [a-z ]+ `(\w+)`",
    r"no [a-z ]+ named `(\w+)`",
    r"no field `(\w+)`",
)
_MISSING = tuple(re.compile(pattern) for pattern in _PYTHON + _GODOT + _NODE + _RUST)
_RAISED = re.compile(
    r"^E   (?:[\w.]*\.)?(\w*(?:Error|Exception|Failed|Exit|Warning|Interrupt)|assert)\b"
)
_NODE_RAISED = re.compile(r"^(\w*Error)(?: \[\w+\])?: ")
_NODE_CHECKS = ("AssertionError", "Error: expect(")  # the second is jest's
_RUST_ERROR = "error: "  # as the gauge tells each of the compiler's
_SYNTAX = re.compile(r"\b(?:SyntaxError|IndentationError|TabError|Parse Error|does not parse)\b")
_FIXTURE = re.compile(r"fixture '[^']*' not found|\Afailed on (?:setup|teardown)")
_EMPTY = re.compile(r"\Achecked nothing")
_UNDONE = {"assert", "AssertionError", "Failed", "NotImplementedError"}


class Cause(NamedTuple):
    """What stopped the case. `missing` holds, for each place, names one of which must be added."""

    kind: Kind
    missing: tuple[frozenset[str], ...] = ()
    word: str = ""


def find_cause(case: TestCase) -> Cause:
    """Tell an assertion from a name that is not there, and both from a test that is broken."""
    if _FIXTURE.search(case.message):
        return Cause("fixture", word=_last_line(case.message))
    said = case.message.splitlines()
    raised = [line for line in said if _RAISED.match(line)]
    lines = raised[-1:] or [line for line in said if _NODE_RAISED.match(line)][:1] or said
    missing = tuple(names for names in map(_missing_in, lines) if names)
    if broken := [line for line in lines if line.startswith(_RUST_ERROR) and not _missing_in(line)]:
        return Cause("syntax", word=broken[0].removeprefix(_RUST_ERROR))
    if missing:
        return Cause("missing", missing)
    if _SYNTAX.search(case.message):
        return Cause("syntax", word=_last_line(case.message))
    return _without_names(case, raised)


def _without_names(case: TestCase, raised: list[str]) -> Cause:
    if _EMPTY.search(case.message):
        return Cause("empty")
    node = next((line for line in case.message.splitlines() if _NODE_RAISED.match(line)), "")
    if node and not raised:
        return Cause("assertion" if node.startswith(_NODE_CHECKS) else "crash", word=node)
    if raised:
        found = _RAISED.match(raised[-1])
        undone = found is not None and found.group(1) in _UNDONE
        return Cause("assertion" if undone else "crash", word=raised[-1].removeprefix("E").strip())
    return Cause("assertion" if case.status == "failed" else "crash", word=_last_line(case.message))


def _missing_in(line: str) -> frozenset[str]:
    """The names that a line calls missing; a module or a file goes by its last part."""
    found = [match.group(1) for match in (p.search(line) for p in _MISSING) if match]
    return frozenset(_short(name) for name in found)


def _short(name: str) -> str:
    if "/" in name:
        return name.rpartition("/")[2].partition(".")[0]
    return name.rpartition("::")[2].rpartition(".")[2]


def _last_line(message: str) -> str:
    lines = [line.removeprefix("E").strip() for line in message.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"
