"""The hands of an agent: what they do, and that every refusal is something the agent sees."""

from pathlib import Path

import pytest

from gastown.agents.protocols import Observation
from gastown.agents.tools import WorktreeTools


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "src" / "calc.py").write_text("def add(a, b):\n    return a - b\n")
    (tmp_path / "tests" / "test_calc.py").write_text("assert add(1, 1) == 2\n")
    (tmp_path / ".git").write_text("gitdir: x\n")
    return tmp_path


def names(tools: WorktreeTools) -> list[str]:
    return [schema["function"]["name"] for schema in tools.schemas()]


def test_the_tools_on_offer(root: Path):
    verbs = {"run_tests": lambda: "1 failed"}

    assert names(WorktreeTools(root, verbs=verbs)) == [
        "list_files",
        "read_file",
        "search",
        "write_file",
        "edit_file",
        "run_tests",
    ]


def test_hands_without_a_writable_path_have_no_tool_that_writes(root: Path):
    tools = WorktreeTools(root, writable=())

    assert names(tools) == ["list_files", "read_file", "search"]
    assert tools.execute("write_file", {"path": "a", "content": ""}).fault == "malformed"
    assert not (root / "a").exists()


def test_files_are_listed_by_glob(root: Path):
    tools = WorktreeTools(root)

    assert tools.execute("list_files", {}).text == "src/calc.py\ntests/test_calc.py"
    assert tools.execute("list_files", {"pattern": "tests/**"}).text == "tests/test_calc.py"
    assert tools.execute("list_files", {"pattern": "*.rs"}).text == "no file matches *.rs"


def test_a_file_is_read_whole_or_by_lines(root: Path):
    tools = WorktreeTools(root)

    assert tools.execute("read_file", {"path": "src/calc.py"}).text.startswith("def add(a, b):\n")
    assert tools.execute("read_file", {"path": "src/calc.py", "start": 2, "end": 2}).text == (
        "src/calc.py, lines 2 to 2 of 3:\n    return a - b"
    )


def test_a_long_file_is_read_in_parts(root: Path):
    (root / "long.txt").write_text("line\n" * 1000)

    seen = WorktreeTools(root).execute("read_file", {"path": "long.txt"}).text

    assert seen.startswith("long.txt, lines 1 to 400 of 1001:\n")


def test_a_near_path_is_read_and_named(root: Path):
    seen = WorktreeTools(root).execute("read_file", {"path": "calc.py"})

    assert seen.text.startswith("src/calc.py, lines 1 to 3 of 3:\n")


def test_lines_are_searched(root: Path):
    tools = WorktreeTools(root)

    assert tools.execute("search", {"pattern": r"add\("}).text == (
        "src/calc.py:1: def add(a, b):\ntests/test_calc.py:1: assert add(1, 1) == 2\n"
    )
    assert tools.execute("search", {"pattern": "add", "files": "src/**"}).text.count("\n") == 1
    assert tools.execute("search", {"pattern": "nope"}).text == "no line matches 'nope'"
    assert tools.execute("search", {"pattern": "("}).fault == "refused"


def test_a_file_is_edited_and_written(root: Path):
    tools = WorktreeTools(root)
    edit = {"path": "src/calc.py", "search": "return a - b", "replace": "return a + b"}

    assert tools.execute("edit_file", edit) == Observation("edited src/calc.py")
    assert tools.execute("write_file", {"path": "src/new.py", "content": "x = 1\n"}) == (
        Observation("wrote src/new.py")
    )
    assert (root / "src" / "calc.py").read_text() == "def add(a, b):\n    return a + b\n"
    assert (root / "src" / "new.py").read_text() == "x = 1\n"


def test_an_edit_made_before_says_so(root: Path):
    same = {"path": "src/calc.py", "search": "return a - b", "replace": "return a - b"}

    assert "already" in WorktreeTools(root).execute("edit_file", same).text


REFUSED = [
    ("read_file", {"path": "../secret"}, "outside"),
    ("read_file", {"path": ".git"}, "git"),
    ("read_file", {"path": "src"}, "not a regular file"),
    ("write_file", {"path": "tests/test_calc.py", "content": ""}, "read-only"),
    ("edit_file", {"path": "tests/test_calc.py", "search": "== 2", "replace": "== 0"}, "read-only"),
    (
        "edit_file",
        {"path": "src/calc.py", "search": "return a * b", "replace": "x"},
        "nearest line",
    ),
    (
        "write_file",
        {"path": "src/calc.py", "content": "x = 1\n# ... rest unchanged"},
        "leaves code",
    ),
    ("edit_file", {"path": "zebra.py", "search": "a", "replace": "b"}, "No such file"),
]


@pytest.mark.parametrize(("name", "arguments", "reason"), REFUSED)
def test_a_refusal_is_an_observation_and_changes_nothing(
    root: Path, name: str, arguments: dict[str, str], reason: str
):
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}

    seen = WorktreeTools(root, read_only=("tests/**",)).execute(name, arguments)

    assert seen.fault == "refused"
    assert reason in seen.text
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before


MALFORMED = [
    ("read_file", {}, "path: Field required"),
    ("read_file", {"path": "src/calc.py", "start": 0}, "start:"),
    ("read_file", {"path": "src/calc.py", "colour": "red"}, "colour:"),
    ("bash", {"command": "ls"}, "there are: list_files, read_file"),
]


@pytest.mark.parametrize(("name", "arguments", "reason"), MALFORMED)
def test_a_call_that_makes_no_sense_says_what_would(
    root: Path, name: str, arguments: dict[str, object], reason: str
):
    seen = WorktreeTools(root).execute(name, arguments)

    assert seen.fault == "malformed"
    assert reason in seen.text


def test_a_verb_runs_what_it_was_given(root: Path):
    tools = WorktreeTools(root, verbs={"run_tests": lambda: "1 passed", "lint": lambda: "clean"})

    assert tools.execute("run_tests", {}).text == "1 passed"
    assert tools.execute("lint", {}).text == "clean"
    assert tools.execute("lint", {"fix": True}).fault == "malformed"


def test_a_pack_shows_the_focus_first_then_what_may_be_written(root: Path):
    tools = WorktreeTools(root, read_only=("tests/**",), focus=("tests/**",))

    pack = tools.pack(4000)

    assert pack.files == ("src/calc.py", "tests/test_calc.py")
    assert pack.text.index("assert add") < pack.text.index("return a - b")
