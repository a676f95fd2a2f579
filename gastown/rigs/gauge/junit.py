"""parse_junit: test cases from a JUnit XML report that untrusted code may have written."""

from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gastown.agents.jail import clip
from gastown.rigs.report import CaseStatus, TestCase

MAX_BYTES = 32 << 20  # a hundred thousand cases with their tracebacks cut short
MAX_CASES = 100_000
MAX_DEPTH = 50
_DIGITS = 9
_STATUS: dict[str, CaseStatus] = {"error": "error", "failure": "failed", "skipped": "skipped"}


class Junit(NamedTuple):
    """What the report holds, and why it cannot be taken as it is."""

    cases: tuple[TestCase, ...]
    problems: tuple[str, ...] = ()


def named_file(suite: Element) -> str:
    """The file that a suite is of: its `file`, else its name when that looks like a path (GUT)."""
    name = suite.get("name", "")
    return suite.get("file") or (name if "/" in name or ".gd" in name else "")


def parse_junit(data: bytes, suite_file: Callable[[Element], str] = named_file) -> Junit:
    """Read a report. Whatever is wrong with it is a problem in the result, not an exception.

    A case's file is its own `file` attribute, else what `suite_file` says of the nearest suite.
    """
    if len(data) > MAX_BYTES:
        return Junit((), (f"the report is larger than {MAX_BYTES >> 20} MiB",))
    try:
        root = _tree(data)
    except (expat.ExpatError, ValueError) as error:
        return Junit((), (f"the report is not JUnit XML: {error}",))
    if root.tag not in {"testsuites", "testsuite"}:
        return Junit((), (f"the report is not JUnit XML: its root is <{root.tag}>",))
    cases = tuple(_case(element, file) for element, file in _elements(root, "", suite_file))
    if len(cases) > MAX_CASES:
        return Junit((), (f"the report holds more than {MAX_CASES} cases",))
    return Junit(cases)


def _tree(data: bytes) -> Element:
    """The document as elements. Raises ValueError at a declaration, so no entity expands."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH} elements")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    return builder.close()


def _refuse(*_: object) -> None:
    raise ValueError("it declares a document type, which no test runner does")


def _elements(
    suite: Element, file: str, suite_file: Callable[[Element], str]
) -> Iterator[tuple[Element, str]]:
    """Each case below a suite, with the file its nearest suite names."""
    own = suite_file(suite) or file
    for child in suite:
        if child.tag == "testcase":
            yield child, child.get("file") or own
        elif child.tag == "testsuite":
            yield from _elements(child, own, suite_file)


def _case(element: Element, file: str) -> TestCase:
    found = [child for tag in _STATUS for child in element if child.tag == tag]
    file = file.removeprefix("res://")
    return TestCase(
        name=_name(element.get("classname", ""), element.get("name", ""), file),
        file=file,
        status=_STATUS[found[0].tag] if found else "passed",
        message=_message(found[0]) if found else "",
        seconds=_seconds(element.get("time", "")),
        assertions=_count(element.get("assertions", "")),
    )


def _name(owner: str, name: str, file: str) -> str:
    """`Class::name`, without the module that the file already tells (as pytest writes it)."""
    module = file.rpartition(".")[0].replace("/", ".")
    if owner == module:
        return name
    owner = owner.removeprefix(f"{module}.")
    return f"{owner}::{name}" if owner else name


def _message(element: Element) -> str:
    """The short message, then the text below it, whose end says what was raised."""
    short, text = element.get("message", "").strip(), (element.text or "").strip()
    return clip("\n".join(filter(None, (short, text))), 1_000, 3_000)


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
