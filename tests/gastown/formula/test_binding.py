"""What a step fans out over, and the scopes nothing can be cooked over."""

from gastown.formula.binding import bindings, scope_problems
from gastown.formula.plan import Assembly, Scope, Work
from tests.gastown.formula.given import TOWN


def names(each: str, scope: Scope = TOWN, **values: str) -> list[str]:
    return [binding.name for binding in bindings(each, scope, values)]


def test_each_kind_is_named_by_what_it_stands_for():
    assert names("rigs") == ["api", "game"]
    assert names("beads") == ["a-1", "g-1", "a-2"]
    assert names("assemblies") == ["web", "cli"]
    assert names("tags", tags="x, y,x") == ["x", "y"]
    assert names("") == [""]


def test_a_binding_gives_its_names_to_texts():
    assert [one.names() for one in bindings("", TOWN, {})] == [{}]
    assert bindings("rigs", TOWN, {})[0].names() == {"rig": "api"}
    assert bindings("beads", TOWN, {})[0].names() == {
        "rig": "api",
        "bead": "a-1",
        "bead_title": "Count pages",
    }
    assert bindings("assemblies", TOWN, {})[0].names() == {"rig": "game", "assembly": "web"}
    assert bindings("tags", TOWN, {"tags": "x"})[0].names() == {"item": "x"}


def test_assemblies_of_one_name_in_two_rigs_go_by_rig_and_name():
    made = [
        Assembly(name="web", rig="a"),
        Assembly(name="web", rig="b"),
        Assembly(name="cli", rig="b"),
    ]

    assert names("assemblies", Scope(rigs=("a", "b"), assemblies=tuple(made))) == [
        "a/web",
        "b/web",
        "cli",
    ]


def test_a_sound_scope_has_no_problems():
    assert list(scope_problems(TOWN)) == []
    assert list(scope_problems(Scope())) == []


def test_all_problems_of_a_scope_are_said():
    scope = Scope(
        rigs=("r", "r"),
        beads=(
            Work(id="a", rig="r", title="A", needs=("b", "gone")),
            Work(id="b", rig="elsewhere", title="B", needs=("a",)),
            Work(id="c", rig="r", title="C"),
            Work(id="c", rig="r", title="C"),
        ),
        assemblies=(Assembly(name="web", rig="nowhere"),),
    )

    assert list(scope_problems(scope)) == [
        "rig r is in the scope twice",
        "bead c is in the scope twice",
        "bead a needs gone, which is not in the scope",
        "bead b is of rig elsewhere, which is not in the scope",
        "assembly web is of rig nowhere, which is not in the scope",
        "the beads need each other: a → b → a (each needs the next)",
    ]
