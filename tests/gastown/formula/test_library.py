"""Libraries: formulas by name, and what of them a plan carries with it."""

from pathlib import Path

import pytest

from gastown.errors import NotFoundError
from gastown.formula.library import NOTHING, Folders, Frozen, closure, named_by
from tests.gastown.formula.baked import read, shelf

ALL = """
extends = ["parent"]
[[steps]]
id = "a"
expand = "inline"
[[steps]]
id = "P"
[[steps.children]]
id = "b"
on_complete = {for_each = "output.items", bond = "child"}
[[steps]]
id = "L"
[steps.loop]
count = 2
[[steps.loop.body]]
id = "c"
on_complete = {for_each = "output.items", bond = "round"}
[compose]
aspects = ["aspect"]
[[compose.expand]]
target = "a"
with = "target"
[[compose.map]]
select = "*"
with = "map"
[[compose.hooks]]
trigger = "label:x"
attach = "hook"
"""
NAMES = ["aspect", "child", "hook", "inline", "map", "parent", "round", "target"]
STEP = '[[steps]]\nid = "s"\n'


def test_every_way_to_name_another_formula_is_known():
    assert sorted(named_by(read(ALL))) == NAMES


def test_what_a_formula_may_need_comes_with_it_and_nothing_else():
    others = dict.fromkeys([*NAMES, "other"], STEP)
    library = shelf(**{**others, "f": ALL, "parent": f'extends = ["other", "f"]\n{STEP}'})

    assert list(closure(["f"], library)) == sorted([*NAMES, "f", "other"])
    assert closure(["child"], library) == {"child": library.formulas["child"]}
    assert closure([], library) == {}


def test_a_name_that_holds_a_variable_is_not_looked_for():
    library = shelf(f='[[steps]]\nid = "s"\nexpand = "{{which}}"\n')

    assert list(closure(["f"], library)) == ["f"]


def test_what_is_not_there_is_said_with_the_nearest_name():
    with pytest.raises(NotFoundError, match=r"no formula 'biuld' here; did you mean build\?"):
        shelf(build=STEP).load("biuld")
    with pytest.raises(NotFoundError, match=r"no formula 'x' here$"):
        NOTHING.load("x")
    with pytest.raises(NotFoundError):
        closure(["a"], shelf(a='extends = ["b"]\n'))


def test_folders_are_read_when_a_formula_is_asked_for(tmp_path: Path):
    library = Folders([tmp_path])
    (tmp_path / "mine.formula.toml").write_text(f'formula = "mine"\n{STEP}')

    assert library.load("mine").steps[0].id == "s"
    assert library.load("convoy").name == "convoy"
    frozen = Frozen(closure(["mine"], library))
    (tmp_path / "mine.formula.toml").unlink()
    assert frozen.load("mine").steps[0].id == "s"
