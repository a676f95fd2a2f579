"""Reading: every name that one script uses, and where; read from gdtoolkit's parse tree."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lark import Token, Tree

from gastown.rigs.guard.grammar import GrammarError, parse_tree

Node = Tree[Token] | Token

_VARIABLE = re.compile(
    r"(class_var|func_var)_(empty|assigned|typed|typed_assgnd|inf)"
    r"|const_(assigned|typed_assigned|inf)"
    r"|func_arg_(regular|inf|typed)|for_stmt(_typed)?"
)
_SURE_VALUE = re.compile(r"(class_var|func_var|const|func_arg)_inf|const_assigned")
_NAMING = re.compile(
    r"signal_(stmt|arg_\w+)|enum_(named|element)|class_def|(func|lambda)_header"
    r"|var_capture_pattern|property_custom_setter"
)
_TYPE = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_NAMES = {"NAME", "GET", "SET"}


class Word(NamedTuple):
    """A type in a hint, or an annotation."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Use:
    """A name that stands alone; `arguments` is None where it is not called."""

    line: int
    name: str
    arguments: tuple[Node, ...] | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """`receiver.name`; the receiver is None behind another access, whose type nobody knows."""

    line: int
    receiver: Node | None
    name: str
    arguments: tuple[Node, ...] | None = None


@dataclass(slots=True, eq=False)
class Reading:
    """`typed` says what is known of each variable: its hint, its first value, or nothing at all."""

    uses: list[Use] = field(default_factory=list[Use])
    accesses: list[Access] = field(default_factory=list[Access])
    types: list[Word] = field(default_factory=list[Word])
    annotations: list[Word] = field(default_factory=list[Word])
    declared: set[str] = field(default_factory=set[str])
    typed: dict[str, Node | str] = field(default_factory=dict[str, Node | str])
    extends: list[str] = field(default_factory=list[str])


def read_script(text: str) -> Reading:
    """Read a script. Raises GrammarError where it does not parse."""
    tree = parse_tree(text)
    found = Reading()
    try:
        _read(found, tree)
    except RecursionError:
        raise GrammarError("it is nested too deeply to be read") from None
    if not any(_is_head(child) for child in tree.children):
        found.extends.append("RefCounted")
    return found


def _is_head(node: Node) -> bool:
    return isinstance(node, Tree) and node.data in {"extends_stmt", "classname_extends_stmt"}


def _read(found: Reading, node: Tree[Token]) -> None:
    """Read a node, and all below it."""
    _READERS.get(node.data, _read_names)(found, node)
    found.types += [
        Word(_line(child), name)
        for child in node.children
        if isinstance(child, Token) and child.type == "TYPE_HINT"
        for name in _TYPE.findall(child)
    ]


def _read_head(found: Reading, node: Tree[Token]) -> None:
    """What a class extends: a name, a path in quotes, or `A.B`, of which nothing is known."""
    marks = {"CLASS_NAME", "EXTENDS"}
    words = [c for c in node.children if not (isinstance(c, Token) and c.type in marks)]
    if node.data == "classname_extends_stmt":
        del words[0]
    base = ".".join(plain(word) for word in words if plain(word) != ".")
    found.extends.append(base)
    if words and isinstance(words[0], Token):
        found.types.append(Word(_line(words[0]), str(words[0])))


def _read_annotation(found: Reading, node: Tree[Token]) -> None:
    found.annotations.append(Word(_line(node.children[0]), str(node.children[0])))
    _read_all(found, node.children[1:])


def _read_call(found: Reading, node: Tree[Token]) -> None:
    """`root.a.b(…)`: the last name is called."""
    inner, arguments = node.children[0], tuple(_arguments(node))
    if isinstance(inner, Tree) and inner.data == "getattr":
        _read_chain(found, inner, arguments)
    else:
        _read_all(found, [inner])
    _read_all(found, arguments)


def _read_chain(found: Reading, node: Tree[Token], called: tuple[Node, ...] | None = None) -> None:
    root, *rest = node.children
    _read_all(found, [root])
    names = [c for c in rest if isinstance(c, Token) and c.type in _NAMES]
    for at, name in enumerate(names):
        arguments = called if at == len(names) - 1 else None
        receiver = root if at == 0 else None
        found.accesses.append(Access(_line(name), receiver, str(name), arguments))


def _read_alone(found: Reading, node: Tree[Token]) -> None:
    """`name(…)`."""
    arguments = tuple(_arguments(node))
    found.uses.append(Use(_line(node.children[0]), str(node.children[0]), arguments))
    _read_all(found, arguments)


def _read_nothing(_found: Reading, _node: Tree[Token]) -> None:
    """What names nothing of a script's: paths of nodes, the script's own name."""


def _read_key(found: Reading, node: Tree[Token]) -> None:
    """`{key = value}`."""
    _read_all(found, node.children[1:])


def _read_names(found: Reading, node: Tree[Token]) -> None:
    """Any other node: it may declare its first name, and uses the rest."""
    children = list(node.children)
    if _VARIABLE.fullmatch(node.data):
        _declare(found, node)
        children = children[1:]
    elif _NAMING.fullmatch(node.data):
        for name in [c for c in children if isinstance(c, Token) and c.type == "NAME"][:1]:
            found.declared.add(str(name))
            found.typed[str(name)] = ""
            children.remove(name)
    _read_all(found, children)


def _read_all(found: Reading, children: Sequence[Node]) -> None:
    """Read nodes in a row; a name behind a point is a member, of which patterns have few."""
    after_point = False
    for child in children:
        if isinstance(child, Tree):
            _read(found, child)
        elif child.type == "NAME" and not after_point:
            found.uses.append(Use(_line(child), str(child)))
        after_point = isinstance(child, Token) and child == "."


def _declare(found: Reading, node: Tree[Token]) -> None:
    """A variable and what its declaration says of its type; two that differ say nothing."""
    name = str(node.children[0])
    hints = [c for c in node.children if isinstance(c, Token) and c.type == "TYPE_HINT"]
    said: Node | str = str(hints[0]) if hints else ""
    if not hints and _SURE_VALUE.fullmatch(node.data):
        last = node.children[-1]
        said = _value(last) if isinstance(last, Tree) else ""
    known = found.typed.get(name, said)
    found.declared.add(name)
    found.typed[name] = said if str(known) == str(said) else ""


def _value(node: Tree[Token]) -> Node | str:
    """The expression that stands in `expr`; of one with operators nothing is known."""
    return node.children[0] if node.data == "expr" and len(node.children) == 1 else ""


def _arguments(call: Tree[Token]) -> Iterator[Node]:
    for child in call.children[1:]:
        if not (isinstance(child, Tree) and child.data == "trailing_comma"):
            yield child


def plain(node: Node) -> str:
    """A name, or what stands in a string's quotes."""
    token = node.children[0] if isinstance(node, Tree) and node.children else node
    return str(token).strip("\"'") if isinstance(token, Token) else ""


def text_of(node: Node) -> str | None:
    """What a string literal says; None where the node is none."""
    if isinstance(node, Tree) and node.data in {"string", "string_name"}:
        first = node.children[0]
        return text_of(first) if isinstance(first, Tree) else plain(node)
    return None


def _line(node: Node) -> int:
    if isinstance(node, Token):
        return node.line or 0
    found = next((t for t in node.scan_values(lambda v: isinstance(v, Token))), None)
    return found.line or 0 if isinstance(found, Token) else 0


_READERS: Mapping[str, Callable[[Reading, Tree[Token]], None]] = {
    "extends_stmt": _read_head,
    "classname_extends_stmt": _read_head,
    "classname_stmt": _read_nothing,
    "path": _read_nothing,
    "annotation": _read_annotation,
    "getattr": _read_chain,
    "getattr_call": _read_call,
    "standalone_call": _read_alone,
    "eq_dict_element": _read_key,
}
