"""Defender, Polecat and Refinery on rigs of each kind, with its own framework and style."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from gastown.rigs.git import Repo
from tasks.alone import defend, implement, review
from tests.godot.engine import need_engine
from tests.godot.gdunit4_like import gdunit4_like
from tests.godot.gut_like import gut_like
from tests.tasks.test_alone import WISH, at, said, town_of, wrote

PROJECT = 'config_version=5\n[application]\nconfig/features=PackedStringArray("4.6")\n'
CLOCK = (
    "class_name Clock\nextends RefCounted\nstatic func beats(s: float) -> float:\n\treturn s * 2\n"
)
SNAP = "static func snap(beat: float) -> int:\n\treturn roundi(beat)\n"


@dataclass(frozen=True)
class Kind:
    """A rig, a test of what it lacks, an empty test, the work, and what the Refinery measures."""

    name: str
    files: dict[str, str]
    test: tuple[str, str]
    idle: str
    work: tuple[str, str]
    shown: str
    coverage: str
    needs: str = ""


def godot(name: str, folder: str, addon: dict[str, str], head: str, check: str) -> Kind:
    def test(line: str) -> str:
        return f"extends {head}\nfunc test_it() -> void:\n\t{line}\n"

    own = f"{folder}/test_clock.gd"
    return Kind(
        name,
        {
            "project.godot": PROJECT,
            "src/clock.gd": CLOCK,
            own: test(check.format("Clock.beats(1.0)", "2.0")),
            **addon,
        },
        (f"{folder}/test_snap.gd", test(check.format("Clock.snap(1.4)", "1"))),
        test("pass"),
        ("src/clock.gd", CLOCK + SNAP),
        "waits for snap",
        "not measured",
        "godot",
    )


GUT = {f"addons/gut/{name}": text for name, text in gut_like().items()}
GDUNIT = {f"addons/gdUnit4/{name}": text for name, text in gdunit4_like().items()}
NODE = "import test from 'node:test';\nimport assert from 'node:assert';\n"
JS = "export function beats(s) {\n  return s * 2;\n}\n"
RUST = "pub fn beats(s: f64) -> f64 {\n    s * 2.0\n}\n"
KINDS = [
    godot("godot-gut", "tests", GUT, "GutTest", "assert_eq({}, {})"),
    godot("godot-gdunit4", "test", GDUNIT, "GdUnitTestSuite", "assert_int({}, {})"),
    Kind(
        "npm",
        {
            "package.json": '{"name": "b", "type": "module", "scripts": {"test": "node --test"}}',
            "src/beat.js": JS,
            "test/beat.test.js": f"{NODE}import {{ beats }} from '../src/beat.js';\n"
            "test('two', () => assert.equal(beats(1), 2));\n",
        },
        (
            "test/snap.test.js",
            (
                f"{NODE}import {{ snap }} from '../src/beat.js';\n"
                "test('snaps', () => assert.equal(snap(1.4), 1));\n"
            ),
        ),
        f"{NODE}test('nothing', () => {{}});\n",
        (
            "src/beat.js",
            f"{JS}\nexport function snap(beat) {{\n  return Math.round(beat);\n}}\n",
        ),
        "waits for snap",
        "run by tests",
        "node",
    ),
    Kind(
        "cargo",
        {
            "Cargo.toml": '[package]\nname = "beat"\nversion = "0.1.0"\nedition = "2021"\n',
            "src/lib.rs": RUST,
            "tests/beats.rs": "#[test]\nfn two() {\n    assert_eq!(beat::beats(1.0), 2.0);\n}\n",
        },
        (
            "tests/snap.rs",
            "#[test]\nfn snaps() {\n    assert_eq!(beat::snap(1.4), 1);\n}\n",
        ),
        "#[test]\nfn nothing() {}\n",
        (
            "src/lib.rs",
            f"{RUST}\npub fn snap(beat: f64) -> i64 {{\n    beat.round() as i64\n}}\n",
        ),
        "waits for snap",
        "not measured",
        "cargo",
    ),
]


@pytest.fixture(params=KINDS, ids=lambda one: one.name)
def kind(request, monkeypatch) -> Kind:
    found: Kind = request.param
    if found.needs == "godot":
        monkeypatch.setenv("GODOT_BIN", str(need_engine()))
    elif shutil.which(found.needs) is None:
        pytest.skip(f"no {found.needs} on PATH")
    return found


@pytest.mark.slow
def test_a_change_goes_through_all_three_hands(tmp_path: Path, kind: Kind):
    judged = {"number": 1, "met": "yes", "evidence": "it rounds"}
    turns = {
        ("defender", f"defend: {WISH}"): (wrote(kind.test[0], kind.idle), wrote(*kind.test)),
        ("polecat", "polecat: Add snap"): (wrote(*kind.work),),
        ("refinery", "review work"): (said("approve", criteria=[judged]),),
    }
    with town_of(tmp_path, turns, kind.files) as town:
        assert town.config.rig("garden").gauge.kind == kind.name
        tests = defend(town, "garden", [WISH])
        work = implement(town, "garden", "Add snap", ref=tests.branch)
        Repo(tmp_path / "garden.git").run("branch", "work", work.branch)
        read = review(town, "garden", "work", criteria=[WISH])

    assert at(tmp_path / "garden.git", tests.branch, kind.test[0]) == kind.test[1]
    assert kind.shown in tests.reasons[0]
    assert work.tests.startswith("2 passed")
    assert (read.verdict, read.facts["criteria"][0]["met"]) == ("approve", "yes")
    assert kind.coverage in read.facts["coverage"]
