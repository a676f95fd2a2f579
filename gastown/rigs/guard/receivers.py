"""What a name is asked of: a value of the engine's, an object, a class itself, or nobody knows."""

from typing import Literal, NamedTuple

from lark import Token, Tree

from gastown.rigs.guard.project import Project
from gastown.rigs.guard.reading import Node, Reading, plain

Kind = Literal["value", "object", "class", "unknown"]
_LITERALS = {
    "string": "String",
    "rstring": "String",
    "string_name": "StringName",
    "node_path": "NodePath",
    "array": "Array",
    "dict": "Dictionary",
    "lambda": "Callable",
}
_GIVEN = {"get_tree": "SceneTree", "get_viewport": "Viewport", "create_tween": "Tween"}


class Receiver(NamedTuple):
    """`type` is a class or builtin of the engine, a class of the rig, or a script's path."""

    kind: Kind
    type: str = ""


UNKNOWN = Receiver("unknown")


def receiver_of(node: Node | None, reading: Reading, project: Project) -> Receiver:
    """What stands before the point."""
    if node is None or isinstance(node, Token):
        known = node is not None and node.type == "NAME"
        return _named(str(node), reading, project) if known else UNKNOWN
    if node.data == "par_expr" and len(node.children) == 1:
        return receiver_of(node.children[0], reading, project)
    if node.data in {"standalone_call", "getattr_call"}:
        call = _called if node.data == "standalone_call" else _made
        return call(node, project)
    return Receiver("value", _LITERALS[node.data]) if node.data in _LITERALS else UNKNOWN


def _named(name: str, reading: Reading, project: Project) -> Receiver:
    if name in reading.typed:
        said = reading.typed[name]
        if isinstance(said, str) and not isinstance(said, Token):
            return typed(said, project)
        return UNKNOWN if said == name else _held(said, reading, project)
    if name in reading.declared:
        return UNKNOWN
    if name in project.autoloads:
        path = project.autoloads[name]
        return Receiver("object", path) if path.endswith(".gd") else UNKNOWN
    known = name in project.names.classes or name in project.classes
    if known:
        return Receiver("class", name)
    return Receiver("class", name) if name in project.names.builtins else UNKNOWN


def _held(node: Node, reading: Reading, project: Project) -> Receiver:
    """What a variable holds whose type is that of its first value; a name may be an alias."""
    if isinstance(node, Token):
        return UNKNOWN
    if node.data == "standalone_call" and plain(node.children[0]) == "preload":
        return _loaded(node)
    return receiver_of(node, reading, project)


def typed(hint: str, project: Project) -> Receiver:
    """A value of the type that a hint names."""
    name = hint.partition("[")[0].strip()
    if name in project.names.builtins:
        return Receiver("value", name)
    if name in project.names.classes or name in project.classes:
        return Receiver("object", name)
    return UNKNOWN


def _called(node: Tree[Token], project: Project) -> Receiver:
    name = plain(node.children[0])
    if name == "preload":
        return _loaded(node)
    if name in _GIVEN and name not in project.declared:
        return Receiver("object", _GIVEN[name])
    return Receiver("value", name) if name in project.names.builtins else UNKNOWN


def _loaded(node: Tree[Token]) -> Receiver:
    """`preload("…")`: of a script its class, of a scene a PackedScene."""
    path = plain(node.children[1]) if len(node.children) > 1 else ""
    if path.endswith((".tscn", ".scn")):
        return Receiver("object", "PackedScene")
    return Receiver("class", path) if path.endswith(".gd") else UNKNOWN


def _made(node: Tree[Token], project: Project) -> Receiver:
    """`Clock.new(…)`."""
    inner = node.children[0]
    if isinstance(inner, Tree) and inner.data == "getattr":
        root, *rest = inner.children
        if isinstance(root, Token) and [str(one) for one in rest] == [".", "new"]:
            return typed(str(root), project)
    return UNKNOWN
