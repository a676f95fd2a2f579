"""Extend: a formula with all that its parents say, and its own words where both speak.

What has an id or a name is replaced whole, in its place, and new ones follow; lists without ids
are put one after the other, each item once; of tables that are there once, each key counts alone.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.library import Library
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.table import Table

T = TypeVar("T", bound=Table)

_OWN = ("name", "source", "digest", "extends")
# What a synthesis waits for: the child says it anew, since it may want less.
_WHOLE = ("depends_on",)
MAX_DEPTH = 50


def extended(formula: Formula, library: Library) -> Formula:
    """The formula with what it extends, so that nothing of its parents is missing.

    Parents count in the order they are written: of two that say one variable or text, the first.
    The same step in two of them (both extend one formula) is there once.

    Args:
        formula: A formula; one that extends nothing is the result.
        library: Where its parents are.

    Raises:
        FormulaError: A parent is not there or is no formula; formulas extend each other in a
            cycle, said as a chain; two parents say a step of one id in two ways.
    """
    return _extended(formula, library, (formula.name,))


def _extended(formula: Formula, library: Library, chain: tuple[str, ...]) -> Formula:
    if not formula.extends:
        return formula
    parents = [
        _parent(formula, place, name, library, chain) for place, name in enumerate(formula.extends)
    ]
    _agree(formula, parents)
    merged = parents[0]
    for parent in parents[1:]:
        merged = _merged(merged, parent, over_wins=False)
    merged = _merged(merged, formula, over_wins=True)
    own = {key: getattr(formula, key) for key in _OWN}
    return merged.model_copy(update={**own, "extends": ()})


def _parent(
    formula: Formula, place: int, name: str, library: Library, chain: tuple[str, ...]
) -> Formula:
    where = f"{formula.source or formula.name}: extends[{place}]"
    if name in chain or len(chain) >= MAX_DEPTH:
        begin = chain.index(name) if name in chain else 0
        shown = " -> ".join([*chain[begin:], name])
        what = "a cycle" if name in chain else f"more than {MAX_DEPTH} formulas deep"
        raise FormulaError([f"{where}: {what}: {shown} (each extends the next)"])
    try:
        parent = library.load(name)
    except NotFoundError as error:
        raise FormulaError([f"{where}: {error}"]) from error
    return _extended(parent, library, (*chain, name))


def _agree(formula: Formula, parents: Sequence[Formula]) -> None:
    """Refuse what two parents say in two ways, unless the child says it itself."""
    problems: list[str] = []
    for key in ("steps", "template", "legs", "aspects"):
        said: dict[str, tuple[Formula, Table]] = {}
        mine = {one.id for one in getattr(formula, key)}
        for parent in parents:
            for one in getattr(parent, key):
                first, other = said.setdefault(one.id, (parent, one))
                if other != one and one.id not in mine:
                    message = f"{first.name} and {parent.name} both say {one.id!r}, in two ways"
                    problems.append(f"{key}.{one.id}: {message}; say it here")
    if problems:
        file = formula.source or formula.name
        raise FormulaError([f"{file}: {problem}" for problem in problems])


def _merged(under: T, over: T, *, over_wins: bool) -> T:
    """The keys of both tables; of a key in both, what both say."""
    update: dict[str, Any] = {}
    for key in over.model_fields_set - {*_OWN}:
        new = getattr(over, key)
        old, said = getattr(under, key), key in under.model_fields_set
        both = said and not (over_wins and key in _WHOLE)
        update[key] = _both(old, new, over_wins=over_wins) if both else new
    return under.model_copy(update=update)


def _both(old: Any, new: Any, *, over_wins: bool) -> Any:
    if isinstance(old, tuple) and isinstance(new, tuple):
        items = cast("tuple[Any, ...]", old), cast("tuple[Any, ...]", new)
        return _listed(*items, over_wins=over_wins)
    if isinstance(old, dict) and isinstance(new, dict):
        tables = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        return _named(*tables, over_wins=over_wins)
    if isinstance(old, Table) and isinstance(new, Table):
        return _merged(old, new, over_wins=over_wins)
    return cast("Any", new if over_wins else old)


def _named(old: dict[str, Any], new: dict[str, Any], *, over_wins: bool) -> dict[str, Any]:
    return old | new if over_wins else old | new | old


def _listed(old: tuple[Any, ...], new: tuple[Any, ...], *, over_wins: bool) -> tuple[Any, ...]:
    """What has an id is replaced in its place; of anything else, each item is there once."""
    found = old
    for one in new:
        name = getattr(one, "id", None)
        if name is None:
            found = found if one in found else (*found, one)
        elif name not in _ids(found):
            found = (*found, one)
        elif over_wins:
            found = _replaced(found, one)
    return found


def _ids(items: Iterable[Any]) -> set[str]:
    """The ids in a list; those of steps' children too."""
    return {one.id for one in items}.union(*(_ids(getattr(one, "children", ())) for one in items))


def _replaced(items: tuple[Any, ...], new: Any) -> tuple[Any, ...]:
    return tuple(new if one.id == new.id else _inside(one, new) for one in items)


def _inside(one: Any, new: Any) -> Any:
    if isinstance(one, Step) and new.id in _ids(one.children):
        return one.model_copy(update={"children": _replaced(one.children, new)})
    return one
