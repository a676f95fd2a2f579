"""gone: whether the cause of an escalation is no more, so that nobody need answer. Pure."""

from collections.abc import Mapping

from gastown.escalation.escalation import Escalation
from gastown.stage import Frozen


class Fact(Frozen):
    """A bead that an escalation is about: whether it is over, and in which words."""

    over: bool
    reason: str = ""


def watched(one: Escalation) -> tuple[str, ...]:
    """The beads whose facts decide."""
    return tuple(name for name in (*one.ends, one.about) if name)


def gone(one: Escalation, facts: Mapping[str, Fact]) -> str | None:
    """Why it is over by itself; None while its cause stands.

    It is when all that it ends with has closed, or what it is about has. An emergency never is: a
    person looks at it. A bead that nobody knows says nothing.
    """
    if one.category == "emergency":
        return None
    known = {name: facts.get(name, Fact(over=False)) for name in watched(one)}
    if one.ends and all(known[name].over for name in one.ends):
        return _said(one.ends, known)
    return _said((one.about,), known) if one.about and known[one.about].over else None


def _said(names: tuple[str, ...], facts: Mapping[str, Fact]) -> str:
    told = (f"{name} is closed ({facts[name].reason or 'no reason'})" for name in names)
    return f"its cause is gone: {', '.join(told)}"
