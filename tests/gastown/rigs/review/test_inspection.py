"""What code sees in a change: names, slowness, and lines that no test runs."""

import subprocess

import pytest

from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.review.inspection import fault_lines, inspect
from gastown.town.tables.gauge import GaugeTable

OLD = (
    "def old(items):\n    text = ''\n    for item in items:\n        text += 'a'\n    return text\n"
)
NEW = (
    "import json\n\n\ndef new(items):\n    for item in items:\n        items.pop(0)\n"
    "    return json.lods('[]')\n"
)


@pytest.fixture
def change(rig, tmp_path, jail):
    root = rig({"old.py": OLD, "tests/test_a.py": "import old\ndef test_a(): old.old([])\n"})
    argv = ["git", "-C", str(root), "rev-parse", "HEAD"]
    base = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    (root / "new.py").write_text(NEW)
    table = GaugeTable.model_validate({"kind": "pytest", "timeout_s": 60})
    return inspect(base, ("tests/**",), GaugeRun(table, root, tmp_path / "out", jail))


def test_each_finding_has_its_line_and_only_what_is_certain_blocks(change):
    assert [(one.file, one.line, one.rule) for one in change.all] == [
        ("new.py", 7, "unknown-name"),
        ("new.py", 6, "front-of-list"),
        ("new.py", 1, "not-run"),
        ("new.py", 4, "not-run"),
    ]
    assert [one.line for one in change.certain] == [7]
    assert change.facts["coverage"] == "0 of 5 changed lines run by tests (line tracer)"
    assert fault_lines(change.facts)[1].startswith("new.py:6: moves a whole list in each round")


def test_the_reviewer_reads_it_as_material(change, tmp_path):
    assert change.text.startswith("# Material: what code found in the change\n```\n0 of 5 changed")
    assert "new.py:7: the module json has no lods; it has loads" in change.text
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["lines.json", "tests.log"]
