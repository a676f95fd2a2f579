"""Random beads for laws: small pools of ids and values, so that things meet."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from gastown.beads.bead import Bead, Comment, Dependency

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.sampled_from(["", "a", "b", "ä\u2028\n", "{x}"])
TIMES = st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours))
KINDS = st.sampled_from(["blocks", "parent-child", "waits-for", "conditional-blocks", "tracks"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def bead(name: str, **fields: Any) -> Bead:
    """A bead with nothing said of it but what is given."""
    given = {"id": name, "title": name, "created_at": START, "updated_at": START, **fields}
    return Bead.model_validate(given)


def edge(name: str, target: str, kind: str = "blocks", **extra: Any) -> Dependency:
    """An edge from one bead to another."""
    fields = {"issue_id": name, "depends_on_id": target, "type": kind, **extra}
    return Dependency.model_validate(fields)


@st.composite
def edges(draw: st.DrawFn, name: str, targets: list[str]) -> tuple[Dependency, ...]:
    """Edges to earlier beads only, so that no cycle is drawn."""
    if not targets:
        return ()
    pairs = draw(st.sets(st.tuples(st.sampled_from(targets), KINDS), max_size=3))
    gates = {"any": {"metadata": '{"gate":"any-children"}'}, "all": {}}
    return tuple(
        edge(name, target, kind, **gates[draw(st.sampled_from(["any", "all"]))])
        for target, kind in sorted(pairs)
    )


@st.composite
def versions(draw: st.DrawFn, name: str, targets: list[str], born: datetime) -> Bead:
    """One state that a bead could be in."""
    status = draw(st.sampled_from(["open", "in_progress", "closed", "deferred", "pinned"]))
    closed = {"closed_at": draw(TIMES), "close_reason": draw(WORDS)} if status == "closed" else {}
    comments = draw(st.lists(st.tuples(TIMES, WORDS, st.integers(1, 2)), max_size=2))
    return bead(
        name,
        status=status,
        title=draw(st.sampled_from(["one", "two"])),
        description=draw(WORDS),
        notes=draw(WORDS),
        priority=draw(st.integers(0, 4)),
        labels=tuple(draw(st.sets(st.sampled_from("xyz")))),
        dependencies=draw(edges(name, targets)),
        comments=tuple(
            Comment(id=number, issue_id=name, author="ann", text=text, created_at=at)
            for at, text, number in comments
        ),
        metadata=draw(st.dictionaries(st.sampled_from(["k", "evidence"]), st.integers(0, 2))),
        created_at=born,
        updated_at=draw(TIMES),
        **closed,
        **draw(st.dictionaries(st.sampled_from(["owner", "no_history"]), st.booleans())),
    )


@st.composite
def clones(draw: st.DrawFn) -> tuple[dict[str, Bead], dict[str, Bead], dict[str, Bead]]:
    """A base and two clones that went on from it, each on its own."""
    base: dict[str, Bead] = {}
    ours: dict[str, Bead] = {}
    theirs: dict[str, Bead] = {}
    names = ["gt-a", "gt-a.1", "gt-a.1.1", "gt-b", "gt-c"]
    for number, name in enumerate(names):
        shape = draw(st.sampled_from(["base", "base", "added", "clash"]))
        one = versions(name, names[:number], START)
        two = versions(name, names[:number], START + timedelta(days=shape == "clash"))
        if shape == "base":
            base[name] = draw(one)
        for side, version in ((ours, one), (theirs, two)):
            fate = draw(st.sampled_from(["kept", "edited", "edited", "gone"]))
            if fate == "edited":
                side[name] = draw(version)
            elif fate == "kept" and name in base:
                side[name] = base[name]
    return base, ours, theirs
