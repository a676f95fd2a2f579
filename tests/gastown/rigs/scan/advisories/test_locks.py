"""Which packages a lock file pins, and where."""

import pytest

from gastown.rigs.scan.advisories.ask import questions
from gastown.rigs.scan.advisories.locks import Lock, find_locks, python_pins
from tests.gastown.rigs.given import write

UV = """\
version = 1
[[package]]
name = "ours"
version = "0.1.0"
source = { editable = "." }
[[package]]
name = "idna"
version = "3.11"
source = { registry = "https://mirror/simple" }
"""


@pytest.mark.parametrize(
    ("lock", "pins"),
    [
        (Lock("uv.lock", UV), [("idna", "3.11", 7)]),
        (Lock("poetry.lock", '[[package]]\nname = "a"\nversion = "1"\n'), [("a", "1", 2)]),
        (Lock("pylock.toml", '[[packages]]\nname = "a"\nversion = "1"\n'), [("a", "1", 2)]),
        (Lock("requirements-dev.txt", "-r base.txt\na[x]==1.0 ; python_version < '4'\n"),
         [("a", "1.0", 2)]),
    ],
)  # fmt: skip
def test_pins_are_read_with_their_lines(lock, pins):
    assert [(pin.name, pin.version, pin.line) for pin in python_pins(lock)[0]] == pins


def test_a_package_without_a_version_is_named():
    assert python_pins(Lock("requirements.txt", "a>=1\nb\n# c\n--index-url x\n./d\n"))[1] == (
        "a", "b",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["not toml [", 'package = "x"'])
def test_a_lock_file_that_is_none_is_an_error(text):
    with pytest.raises(ValueError):
        python_pins(Lock("uv.lock", text))


def test_lock_files_of_other_peoples_folders_are_left_out(tmp_path):
    names = ["uv.lock", "addons/x/uv.lock", "web/package-lock.json", "a.py"]
    write(tmp_path, dict.fromkeys(names, ""))

    assert [one.path for one in find_locks(tmp_path, names)] == ["uv.lock", "web/package-lock.json"]


def test_each_kind_has_its_tool_unless_one_knows_all():
    locks = [Lock("uv.lock", ""), Lock("Cargo.lock", ""), Lock("yarn.lock", "")]

    own = [(one.name, len(one.locks)) for one in questions(locks, lambda _: None)]
    whole = [one.name for one in questions(locks, lambda name: f"/bin/{name}")]

    assert own == [("pip-audit", 1), ("cargo-audit", 1), ("osv-scanner", 1)]
    assert whole == ["osv-scanner"]
    assert list(questions([], lambda name: name)) == []
