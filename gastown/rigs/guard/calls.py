"""call_faults: calls of names that exist, in a way that Godot 4 no longer takes."""

import itertools
from collections.abc import Iterator

from lark import Token

from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.reading import Access, Node, Use, text_of
from gastown.rigs.guard.scope import Scope, advice

_CONNECTS = {"connect", "disconnect", "is_connected"}
_BY_NAME = {"sort_custom", "bsearch_custom", "start", "set_drag_forwarding"}


def call_faults(scope: Scope) -> Iterator[Fault]:
    """Callbacks named by strings, arguments that are gone, signals that nobody has."""
    for call in itertools.chain(
        scope.asked(scope.reading.uses), scope.asked(scope.reading.accesses)
    ):
        if call.arguments is None:
            continue
        if call.name in _CONNECTS | _BY_NAME and _by_string(call.arguments):
            yield scope.fault(call.line, "godot-3", _connected(call))
        elif call.name == "move_and_slide" and call.arguments and _is_engines(scope, call):
            said = "move_and_slide() takes no argument in Godot 4: set `velocity` before it"
            yield scope.fault(call.line, "godot-3", said)
        elif isinstance(call, Use):
            yield from _signal(scope, call)


def _by_string(arguments: tuple[Node, ...]) -> bool:
    """An object, and behind it the name of its method: `self, "_on_pressed"`."""
    pairs = itertools.pairwise(arguments)
    return any(text_of(a) is None and text_of(b) is not None and _is_object(a) for a, b in pairs)


def _is_object(node: Node) -> bool:
    """`self`, a name, a node's path: nothing that could itself be a Callable's neighbour."""
    if isinstance(node, Token):
        return node.type == "NAME"
    return node.data in {"get_node", "unique_node_path", "getattr"}


def _connected(call: Use | Access) -> str:
    arguments = call.arguments or ()
    names = [text for text in map(text_of, arguments) if text is not None]
    if call.name not in _CONNECTS:
        return f"{call.name}() takes a Callable in Godot 4: `{call.name}(self.{names[-1]})`"
    signal, method = names[0], names[-1]
    return (
        f"{call.name}(…) by the names of signal and method is Godot 3: write "
        f"`object.{signal}.{call.name}(target.{method})`"
    )


def _is_engines(scope: Scope, call: Use | Access) -> bool:
    return call.name not in scope.project.declared


def _signal(scope: Scope, call: Use) -> Iterator[Fault]:
    """`emit_signal("typo")` on the script itself."""
    first = text_of(call.arguments[0]) if call.arguments else None
    if call.name not in {"emit_signal", *_CONNECTS} or first is None or not scope.closed:
        return
    own = scope.project.scripts.get(scope.file)
    known = scope.members.signals.union(own.signals if own else ())
    if first not in known:
        said = f"the signal {first!r} is declared neither here nor by an ancestor"
        better = advice(first, "", known, "it")
        yield scope.fault(call.line, "unknown-signal", said + better, name=first)
