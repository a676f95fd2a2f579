"""manner_of: how tests are written in a rig, its framework and its style, for who writes more.

The rig's own tests are the best example of it, so the shortest whole one is shown.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from gastown.agents.brief import clip, material
from gastown.agents.globs import matches
from gastown.rigs.git import Repo
from gastown.town.tables.rigs import RigTable

EXAMPLE_CHARS = 1_500
_LEAST = 80  # characters below which a file shows nothing

_ABSENT = (
    'Name what is missing by `preload("res://…")` of its future path, or by its class_name: a '
    "script that does not exist yet keeps the test from compiling, and that counts as red."
)
_MANNERS: Mapping[str, str] = {
    "pytest": "pytest: functions `test_*` in a file `test_*.py`, plain `assert`, "
    "`pytest.raises` for errors.",
    "godot-gut": "GUT: a file `test_*.gd` that begins with `extends GutTest`, functions "
    "`func test_x() -> void:` with `assert_eq(got, expected)`, `assert_true(…)`, "
    f'`assert_signal_emitted(object, "name")`; `add_child_autofree(node)` for nodes. {_ABSENT}',
    "godot-gdunit4": "gdUnit4: a file that begins with `extends GdUnitTestSuite`, functions "
    "`func test_x() -> void:` with `assert_that(got).is_equal(expected)`, "
    "`assert_bool(got).is_true()`: an `assert_that(x)` alone checks nothing; `auto_free(object)` "
    f"for objects. {_ABSENT}",
    "godot-script": "the rig's own runner: write as the example does, with its base class and its "
    f"checks, in a file that the runner finds. {_ABSENT}",
    "cargo": "cargo test: a file `tests/NAME.rs` with `use CRATE::…;` and `#[test] fn x() {}`, "
    "`assert_eq!(got, expected)`. It tests what the crate makes public; one that does not compile "
    "for want of the bead's names is red.",
    "generic": "as the example does: the rig's own runner has to find and report them.",
}
_NODE: Mapping[str, str] = {
    "vitest": "vitest: `import { test, expect } from 'vitest';`, `expect(got).toBe(expected)`",
    "jest": "jest: `test('…', () => { expect(got).toBe(expected); })`",
    "mocha": "mocha: `describe` and `it`, with the assertions that the example imports",
    "node --test": "Node's own runner: `import test from 'node:test'; import assert from "
    "'node:assert';`, `test('a fact', () => assert.equal(got, expected))` in `NAME.test.js`",
}


def manner_of(table: RigTable, worktree: Path) -> str:
    """The framework in words, and a test of the rig's own as material, if it has one."""
    said = _node(worktree) if table.gauge.kind == "npm" else _MANNERS[table.gauge.kind]
    shown = _example(worktree, Repo(worktree).files(), table.tests)
    return "\n\n".join(filter(None, [f"Tests here are written for {said}", shown]))


def _node(worktree: Path) -> str:
    manifest = worktree / "package.json"
    text = _text(manifest)
    found = next((how for word, how in _NODE.items() if word in text), "")
    return f"{found}." if found else "`npm test`: as the example does."


def _example(worktree: Path, files: Iterable[str], tests: tuple[str, ...]) -> str:
    """The shortest test file that is more than a stub."""
    texts = {file: _text(worktree / file) for file in files if matches(file, tests)}
    whole = {file: text for file, text in texts.items() if _is_test(file, text)}
    if not whole:
        return ""
    file = min(whole, key=lambda one: (len(whole[one]), one))
    return material(f"a test of this rig, {file}", clip(whole[file], EXAMPLE_CHARS))


def _is_test(file: str, text: str) -> bool:
    return len(text) >= _LEAST and "test" in f"{file.rpartition('/')[2]}{text}".lower()


def _text(file: Path) -> str:
    if file.is_symlink() or not file.is_file() or file.stat().st_size > 1 << 18:
        return ""
    return file.read_text(encoding="utf-8", errors="replace")
