"""Script: what one .gd file defines and what it uses, read from gdtoolkit's parse tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lark import Token, Tree

from gastown.rigs.guard.grammar import parse_tree

_MEMBER = {"func_def", "const_stmt", "class_var_stmt", "signal_stmt", "enum_stmt", "class_def"}
# Rules whose first name is being declared there.
_DECLARING = re.compile(
    r"^(class_var|func_var|const|func_arg|for_stmt|signal|enum|class_def|func_header|lambda_header"
    r"|var_capture|property_custom_setter)"
)
_TYPE = re.compile(r"(?<![\w.])[A-Za-z_]\w*")  # the first part of each type in a hint


@dataclass(slots=True, eq=False)
class Script:
    """`uses` are (root, member) pairs: `Clock.FASTEST`, or a name alone with no member.

    `loads` maps each constant (or "" where there is none) to the path that it preloads, and
    `typed` a variable to the type that its declaration gives it.
    """

    name: str = ""
    extends: str = "RefCounted"
    members: set[str] = field(default_factory=set[str])
    declared: set[str] = field(default_factory=set[str])
    loads: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    typed: dict[str, str] = field(default_factory=dict[str, str])
    uses: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    calls: list[str] = field(default_factory=list[str])


def parse_script(text: str) -> Script:
    """Read a script. Raises GrammarError, a ValueError of one line, where it is not GDScript."""
    tree = parse_tree(text)
    script = Script()
    for child in _trees(tree):
        _read_member(script, child)
    for node in tree.iter_subtrees_topdown():
        _read_node(script, node)
    return script


def _trees(tree: Tree[Token]) -> Iterator[Tree[Token]]:
    """A script's statements; `static` is no statement of its own."""
    for child in tree.children:
        if isinstance(child, Tree):
            if child.data.startswith("static_"):
                yield from _trees(child)
            else:
                yield child


def _read_member(script: Script, node: Tree[Token]) -> None:
    if node.data in {"classname_stmt", "extends_stmt", "classname_extends_stmt"}:
        _read_head(script, node)
    elif node.data in _MEMBER:
        inner = node if isinstance(node.children[0], Token) else _first_tree(node)
        if inner.data == "enum_regular":
            script.members |= {_first_name(e) for e in node.find_data("enum_element")}
        else:
            script.members.add(_first_name(inner))


def _read_head(script: Script, node: Tree[Token]) -> None:
    """`class_name A`, `extends B`, or both in one line; of an inner class of B nothing is known."""
    marks = {"CLASS_NAME", "EXTENDS"}
    words = [c for c in node.children if not (isinstance(c, Token) and c.type in marks)]
    if node.data != "extends_stmt":
        script.name = str(words.pop(0))
    if words and isinstance(words[0], Tree):
        script.loads.append(("", _plain(words[0])))
    if words:
        script.extends = _plain(words[0]) if len(words) == 1 else ""


def _read_node(script: Script, node: Tree[Token]) -> None:
    if _DECLARING.match(node.data):
        _read_declaration(script, node)
    elif node.data == "getattr":
        _read_access(script, node)
    elif node.data == "standalone_call":
        _read_call(script, node)
    for child in node.children:
        if isinstance(child, Token) and child.type == "TYPE_HINT":
            script.uses += [(name, "") for name in _TYPE.findall(child)]


def _read_access(script: Script, node: Tree[Token]) -> None:
    """`root.member`, also where the root is `Clock.new(…)`; what other values have is unknown."""
    root = node.children[0]
    name = _made(root) if isinstance(root, Tree) else str(root) if root.type == "NAME" else ""
    if name:
        script.uses.append((name, str(node.children[2])))


def _read_declaration(script: Script, node: Tree[Token]) -> None:
    name = _first_name(node)
    if not name:
        return
    script.declared.add(name)
    hints = [str(c) for c in node.children if isinstance(c, Token) and c.type == "TYPE_HINT"]
    value = _value(node)
    type_ = hints[0] if hints else _made(value) if value else ""
    # Of two variables of one name and different types, nothing is known.
    script.typed[name] = type_ if script.typed.get(name, type_) == type_ else ""
    if node.data.startswith("const") and value and _first_name(value) == "preload":
        script.loads.append((name, _plain(value.children[-1])))


def _made(node: Tree[Token]) -> str:
    """`Clock`, when the expression is `Clock.new(…)` and nothing more."""
    if node.data != "getattr_call" or not isinstance(node.children[0], Tree):
        return ""
    root, *rest = node.children[0].children
    return str(root) if isinstance(root, Token) and [str(r) for r in rest] == [".", "new"] else ""


def _value(node: Tree[Token]) -> Tree[Token] | None:
    """The expression that a declaration ends in."""
    last = node.children[-1]
    if isinstance(last, Tree) and last.data == "expr" and isinstance(last.children[0], Tree):
        return last.children[0]
    return None


def _read_call(script: Script, node: Tree[Token]) -> None:
    name = _first_name(node)
    if name == "preload":
        path = _plain(node.children[-1])
        if path not in {known for _, known in script.loads}:
            script.loads.append(("", path))
    elif name:
        script.calls.append(name)


def _plain(node: Tree[Token] | Token) -> str:
    """A name, or what stands in a string's quotes."""
    return str(node.children[0] if isinstance(node, Tree) else node).strip("\"'")


def _first_name(node: Tree[Token]) -> str:
    first = node.children[0] if node.children else None
    return str(first) if isinstance(first, Token) and first.type == "NAME" else ""


def _first_tree(node: Tree[Token]) -> Tree[Token]:
    return next(child for child in node.children if isinstance(child, Tree))
