"""member_faults: `owner.name` where the owner is known and has no such name."""

from collections.abc import Iterator

from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.modern import modern
from gastown.rigs.guard.names import Members
from gastown.rigs.guard.reading import Access
from gastown.rigs.guard.receivers import Receiver, receiver_of
from gastown.rigs.guard.scope import Scope, advice

# Objects of other languages answer to names that only they know.
_STRANGE = (
    "JavaScriptBridge",
    "JavaScriptObject",
    "JavaClassWrapper",
    "JavaObject",
    "JNISingleton",
)


def member_faults(scope: Scope) -> Iterator[Fault]:
    """Every member that its owner cannot have."""
    for access in scope.asked(scope.reading.accesses):
        owner = _owner(scope, access)
        fault = _JUDGES[owner.kind](scope, access, owner)
        if fault is not None:
            yield fault


def _owner(scope: Scope, access: Access) -> Receiver:
    if str(access.receiver) in {"self", "super"}:
        return Receiver("unknown", str(access.receiver))
    return receiver_of(access.receiver, scope.reading, scope.project)


def _of_value(scope: Scope, access: Access, owner: Receiver) -> Fault | None:
    """A value of a builtin type has what the type has; a Dictionary also its keys."""
    has = scope.project.names.members(owner.type) or Members()
    if access.name in has.all or (owner.type == "Dictionary" and access.arguments is None):
        return None
    return _missing(scope, access, owner.type, has)


def _of_class(scope: Scope, access: Access, owner: Receiver) -> Fault | None:
    """A class itself: of the engine, where only static names and singletons answer; or a script."""
    names = scope.project.names
    has = names.members(owner.type)
    if has is None:
        return _of_script(scope, access, owner)
    if access.name not in has.all:
        return _missing(scope, access, owner.type, has)
    alone = owner.type in names.singletons or access.name in has.static
    if alone or access.arguments is None or access.name not in has.methods:
        return None
    static = sorted(has.static & has.methods - {"new"})
    there = f"; without one it has {', '.join(static)}" if static else ""
    said = f"{owner.type}.{access.name}() needs an instance of {owner.type}{there}"
    return scope.fault(access.line, "needs-instance", said)


def _of_script(scope: Scope, access: Access, owner: Receiver) -> Fault | None:
    has, closed = scope.project.chain(owner.type)
    script = scope.project.names.members("GDScript") or Members()
    if not closed or access.name in has.all | script.all:
        return None
    said = owner.type.rpartition("/")[2].removesuffix(".gd")
    return _missing(scope, access, said, has)


def _of_object(scope: Scope, access: Access, owner: Receiver) -> Fault | None:
    """An object may be of any class below its type: only a name that none has is missing."""
    has, closed = scope.project.chain(owner.type)
    old = modern().members.get(access.name, "")
    elsewhere = scope.project.declared | scope.project.names.below(owner.type)
    if not closed or access.name in has.all | elsewhere or not (scope.sure or old):
        return None
    return _missing(scope, access, owner.type.rpartition("/")[2], has)


def _of_nobody(scope: Scope, access: Access, owner: Receiver) -> Fault | None:
    """Of an owner without a type, only a call of what no class at all has can be told."""
    if owner.type:
        return _of_self(scope, access)
    if isinstance(access.receiver, str) and str(access.receiver) not in scope.known:
        return None  # its owner is the fault
    names, name = scope.project.names, access.name
    strange = any(use.name in _STRANGE for use in scope.reading.uses)
    known = name in names.everywhere or name in scope.project.declared
    old = modern().members.get(name, "")
    if known or strange or name in scope.reading.declared or not (scope.sure or old):
        return None
    if access.arguments is None:
        return _old_property(scope, access, old)
    better = advice(name, old, names.everywhere)
    said = f".{name}() is a method of no class of {scope.version} or of this rig{better}"
    return scope.fault(access.line, "godot-3" if old else "unknown-method", said, name=name)


def _of_self(scope: Scope, access: Access) -> Fault | None:
    if not scope.closed or access.name in scope.members.all | scope.reading.declared:
        return None
    return _missing(scope, access, "this script", scope.members)


def _old_property(scope: Scope, access: Access, old: str) -> Fault | None:
    """It may be the key of a Dictionary: for a reader to judge."""
    if not old:
        return None
    said = f".{access.name} is a property of no class of {scope.version}; it may mean `{old}`"
    return scope.fault(access.line, "godot-3", said, name=access.name, certain=False)


def _missing(scope: Scope, access: Access, owner: str, has: Members) -> Fault:
    old = modern().members.get(access.name, "")
    call = "()" * (access.arguments is not None)
    better = advice(access.name, old, has.all, owner)
    said = f"{owner}.{access.name}{call} does not exist in {scope.version}{better}"
    return scope.fault(access.line, "godot-3" if old else "unknown-member", said, name=access.name)


_JUDGES = {
    "value": _of_value,
    "class": _of_class,
    "object": _of_object,
    "unknown": _of_nobody,
}
