"""check_script: the faults of one script, as far as they can be told without the engine."""

from collections.abc import Collection, Iterator
from itertools import chain, islice

from gastown.rigs.guard.calls import call_faults
from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.grammar import GrammarError
from gastown.rigs.guard.idioms import modern_line
from gastown.rigs.guard.members import member_faults
from gastown.rigs.guard.modern import modern
from gastown.rigs.guard.project import Project
from gastown.rigs.guard.reading import read_script
from gastown.rigs.guard.scope import Scope, advice

MOST = 100
_NO_CLASS = {"Variant", "void"}


def check_script(
    file: str, text: str, project: Project, lines: Collection[int] | None = None
) -> list[Fault]:
    """The faults of a script, or of some lines of it, in the order of its lines; the first 100.

    `file` is its path from the worktree. One that does not parse has one fault, wherever it is.
    """
    try:
        reading = read_script(text)
    except GrammarError as error:
        return [_unreadable(file, text, error)]
    scope = Scope(file, reading, project, lines)
    found = chain(
        _free_faults(scope),
        _type_faults(scope),
        _annotation_faults(scope),
        member_faults(scope),
        call_faults(scope),
    )
    return sorted(dict.fromkeys(islice(found, MOST)), key=lambda one: one.line)


def _unreadable(file: str, text: str, error: GrammarError) -> Fault:
    lines = text.split("\n")
    known = modern_line(lines, error.line)
    if known is not None:
        return Fault(file, known[0], "godot-3", known[1])
    said = f"does not parse as GDScript 2: {error}"  # the engine reads a little more: it decides
    return Fault(file, error.line, "syntax", said, certain=False)


def _free_faults(scope: Scope) -> Iterator[Fault]:
    """Names without an owner that are in nobody's reach."""
    for use in scope.asked(scope.reading.uses):
        name, old = use.name, modern().free(use.name)
        if name in scope.known:
            continue
        absent = scope.closed and (scope.sure or not name[0].isupper())
        if old or absent:
            said = f"{name}(…)" if use.arguments is not None else name
            better = advice(name, old or modern().members.get(name, ""), scope.known)
            rule = "godot-3" if old else "unknown-name"
            told = f"{said} does not exist in {scope.version}{better}"
            yield scope.fault(use.line, rule, told, name=name)


def _type_faults(scope: Scope) -> Iterator[Fault]:
    """Types in hints; of `A.B` only the first part is looked up."""
    for line, name in scope.asked(scope.reading.types):
        old = modern().classes.get(name, "")
        if name in scope.known or name in _NO_CLASS or not (old or scope.sure):
            continue
        better = advice(name, old, scope.project.free)
        rule = "godot-3" if old else "unknown-class"
        told = f"the class {name} does not exist in {scope.version}{better}"
        yield scope.fault(line, rule, told, name=name)


def _annotation_faults(scope: Scope) -> Iterator[Fault]:
    known = scope.project.names.annotations
    for line, name in scope.asked(scope.reading.annotations):
        if name not in known:
            better = advice(name, "", known)
            said = f"the annotation @{name} does not exist in {scope.version}{better}"
            yield scope.fault(line, "unknown-annotation", said, name=name)
