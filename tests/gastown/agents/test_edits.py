"""An edit lands where it was meant, or nothing changes and the reason helps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.edits import EditError, near_path, refuse_elided, replace

GODOT = "func a():\n\tvar x = 1\n\tif x:\n\t\treturn x\n\treturn 0\n"


def test_whole_lines_are_replaced():
    assert replace("a\nb\nc\n", "b\n", "B\nB2\n") == "a\nB\nB2\nc\n"


def test_a_part_of_a_line_is_replaced():
    assert replace("return a - b\n", "a - b", "a + b") == "return a + b\n"


def test_an_empty_replacement_takes_the_lines_out():
    assert replace("a\nb\nc\n", "b\n", "") == "a\nc\n"


def test_a_line_counts_before_a_part_of_another_line():
    assert replace("max = 1\nx = 1\n", "x = 1", "x = 2") == "max = 1\nx = 2\n"


def test_blank_lines_around_the_search_text_do_not_matter():
    assert replace("a\nb\n", "\n\nb\n\n", "\nB\n") == "a\nB\n"


def test_trailing_spaces_do_not_matter():
    assert replace("a  \nb\n", "a\nb", "c") == "c\n"


def test_line_endings_of_the_file_are_kept():
    assert replace("a\r\nb\r\n", "b\n", "c\nd\n") == "a\r\nc\r\nd\r\n"


def test_a_file_without_a_last_newline_stays_so():
    assert replace("a\nb", "b", "c") == "a\nc"


def test_tabs_that_came_as_spaces_are_tabs_again():
    """GDScript refuses a file that mixes them."""
    got = replace(
        GODOT,
        "    if x:\n        return x",
        "    if x > 1:\n        return x\n    else:\n        pass",
    )

    assert got == GODOT.replace(
        "\tif x:\n\t\treturn x\n", "\tif x > 1:\n\t\treturn x\n\telse:\n\t\tpass\n"
    )


@pytest.mark.parametrize("deep", ["\t", "    ", "  "])
def test_a_lost_indentation_is_restored(deep: str):
    got = replace(GODOT, f"if x:\n{deep}return x", f"if x > 1:\n{deep}return x\nelse:\n{deep}pass")

    assert got == GODOT.replace(
        "\tif x:\n\t\treturn x\n", "\tif x > 1:\n\t\treturn x\n\telse:\n\t\tpass\n"
    )


def test_lines_less_indented_than_all_that_was_searched_keep_their_distance():
    got = replace(
        "class A:\n    def f():\n        pass\n", "    pass", "    return 1\n\ndef g():\n    pass"
    )

    assert got == "class A:\n    def f():\n        return 1\n\n    def g():\n        pass\n"


def test_an_indentation_that_cannot_be_told_is_refused():
    with pytest.raises(EditError, match="indentation is lost"):
        replace(GODOT, "if x:\nreturn x", "pass")


def test_an_unknown_place_names_the_nearest_line():
    with pytest.raises(EditError, match=r"'var y = 1' is not in the file; the nearest line is 2"):
        replace(GODOT, "var y = 1", "pass")


def test_a_place_like_nothing_says_read_again():
    with pytest.raises(EditError, match="read it again"):
        replace(GODOT, "import socket", "pass")


def test_an_ambiguous_place_names_the_lines():
    with pytest.raises(EditError, match="stands at lines 1, 3"):
        replace("a = 1\nb = 2\na = 1\n", "a = 1", "a = 3")


def test_an_empty_search_is_refused():
    with pytest.raises(EditError, match="empty"):
        replace("a\n", " \n", "b")


def test_an_edit_that_was_made_before_changes_nothing():
    once = replace(GODOT, "\treturn 0", "\treturn compute_fallback(x)")

    assert replace(once, "\treturn 0", "\treturn compute_fallback(x)") == once


def test_an_insertion_that_was_made_before_is_not_made_twice():
    added = "\tvar x = 1\n\tvar limit = maximum(x)"
    once = replace(GODOT, "\tvar x = 1", added)

    assert replace(once, "\tvar x = 1", added) == once


@pytest.mark.parametrize(
    "line",
    [
        "# ... rest of the code",
        "    // ... existing code ...",
        "# ...",
        "/* ... */",
        "<!-- ... -->",
        "# rest of file unchanged ...",
        "... (rest of the file)",
        "[... unchanged ...]",
        "# … other functions",
    ],
)
def test_code_left_out_is_refused(line: str):
    with pytest.raises(EditError, match=r"line 2 .* leaves code out"):
        refuse_elided(f"x = 1\n{line}\n")


@pytest.mark.parametrize(
    "line", ["...", "    ...", "x = [1, ...]", "# keep going", "print('...')", "# see a, b, ..."]
)
def test_code_that_only_looks_so_is_taken(line: str):
    refuse_elided(f"x = 1\n{line}\n")


def test_dots_that_were_there_before_may_stay():
    refuse_elided("# ...\nx = 2\n", "# ...\nx = 1\n")


def test_a_replacement_that_leaves_code_out_changes_nothing():
    with pytest.raises(EditError, match="leaves code out"):
        replace("def f():\n    a()\n    b()\n", "    a()", "    a(1)\n    # ... rest unchanged")


lines = st.lists(st.text(alphabet="abc \t", min_size=1, max_size=6), min_size=1, max_size=8)


@settings(max_examples=80)
@given(lines, st.integers(0, 7), lines)
def test_an_exact_unique_place_is_replaced_and_nothing_else(
    before: list[str], at: int, new: list[str]
):
    marked = [*before[: at % len(before)], "MARK", *before[at % len(before) :]]

    got = replace("\n".join(marked) + "\n", "MARK\n", "\n".join(new) + "\n")

    place = at % len(before)
    assert got == "\n".join([*before[:place], *new, *before[place:]]) + "\n"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("src/calc.py", "src/calc.py"),
        ("./src/calc.py", "src/calc.py"),
        ("`src/calc.py`", "src/calc.py"),
        ("calc.py", "src/calc.py"),
        ("rig/src/calc.py", "src/calc.py"),
        ("src/clac.py", "src/calc.py"),
        ("__init__.py", "__init__.py"),  # two end so: no guess
        ("brand/new.py", "brand/new.py"),
    ],
)
def test_a_near_path_means_the_one_file_it_can_mean(asked: str, meant: str):
    files = ["src/calc.py", "a/__init__.py", "b/__init__.py", "docs/index.md"]

    assert near_path(asked, files) == meant


def test_an_ambiguous_part_of_lines_is_refused():
    with pytest.raises(EditError, match="stands at 2 places"):
        replace("x = a + b\ny = a + b\n", "a + b", "a - b")
