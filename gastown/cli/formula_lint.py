"""`town formula lint` and `town formula convert`: what a formula's file says, and how."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.catalogue.roles import ROLES
from gastown.cli.formula import find_file, shelf_of
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.errors import FormulaError
from gastown.formula.find import FormulaFile
from gastown.formula.finding import Finding
from gastown.formula.lint import lint as lint_text
from gastown.formula.shelf import Shelf
from gastown.formula.written import document, written


def lint(
    names: list[str],
    /,
    *,
    elsewhere: Annotated[bool, Parameter(negative="--no-elsewhere", show_default=False)] = True,
    options: Options = PLAIN,
) -> int:
    """Say what is wrong or odd in formulas; exit code 1 when something is wrong.

    Args:
        names: Names, or paths of files.
        elsewhere: Tell too what bd and gt would do otherwise.
    """
    files = [find_file(options, name) for name in names]
    shelf = shelf_of(options)
    found = [one for file in files for one in _linted(file, shelf)]
    if not elsewhere:
        found = [one for one in found if not _is_elsewhere(one)]
    shown = [part for file in files for part in _told(file, found)]
    show(options, [asdict(one) for one in found], *shown)
    return int(any(one.severity == "error" for one in found))


def convert(
    name: str, /, *, to: Literal["toml", "json"] = "toml", options: Options = PLAIN
) -> None:
    """Print a formula as TOML or JSON that reads back as the same formula. Remarks are lost.

    Args:
        name: Its name, or the path of its file.
        to: The form.
    """
    formula = find_file(options, name).load()
    show(options, document(formula), written(formula, to).rstrip("\n"))


def _linted(file: FormulaFile, shelf: Shelf) -> list[Finding]:
    """What is said of a file; of its overlay only where the file itself is right."""
    try:
        found = lint_text(file.text(), file.source, ROLES, shelf.library)
    except FormulaError as error:  # it cannot be read; the others still can
        said = error.findings[0].removeprefix(f"{file.source}: ")
        return [Finding("error", file.source, None, "", said)]
    if any(one.severity == "error" for one in found):
        return found
    more = shelf.overlay_problems(file)
    return [*found, *(Finding("error", file.source, None, "overlay", said) for said in more)]


def _is_elsewhere(one: Finding) -> bool:
    """Whether a finding only tells of other tools."""
    return one.severity == "note" and bool(one.elsewhere)


def _told(file: FormulaFile, findings: Iterable[Finding]) -> Iterator[RenderableType]:
    """What is wrong or odd, a line each; then what goes otherwise elsewhere, the same once."""
    found = [one for one in findings if one.file == file.source]
    lines = [_line(one) for one in found if not _is_elsewhere(one)]
    yield from lines or [f"{file.source}: nothing is wrong"]
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        if _is_elsewhere(one):
            groups.setdefault((one.message, one.elsewhere), []).append(one)
    if groups:
        rows = [(*_place(some), here, there) for (here, there), some in groups.items()]
        title = f"{PurePath(file.source).name} with other tools"
        yield table(title, ("line", "key", "here", "elsewhere"), rows)


def _line(one: Finding) -> str:
    return f"{one.severity}: {one}{f' ({one.elsewhere})' if one.elsewhere else ''}"


def _place(some: Sequence[Finding]) -> tuple[str, str]:
    """The first place of several that are told the same, and how many there are."""
    first, more = some[0], len(some) - 1
    shown = f"{first.key or 'the file'}{f' and {more} more' if more else ''}"
    return str(first.line or ""), shown
