"""Symbols: each kind of file tells what it defines, also where it is broken."""

import pytest

from gastown.retrieval.symbols import symbols_of

CASES = {
    "a.py": (
        "class A:\n    async def b(self):\n        c = 1\nLIMIT: int = 3\n",
        ["A", "b", "LIMIT"],
    ),
    "a.gd": (
        """class_name A\nsignal b(x)\n@export var c := 1\n@export_range(0, 1) var d = 2
static func e():\n\tvar f = 1\nenum G {H}\n""",
        ["A", "b", "c", "d", "e", "G"],
    ),
    "a.ts": (
        """export default class A {\n  async b(x: number): Promise<void> {\n    if (x) {
export const c = () => 1\ninterface D {}\nfunction* e() {}\n""",
        ["A", "b", "c", "D", "e"],
    ),
    "a.rs": (
        "pub struct A;\nimpl Show for A {\n    pub async fn b() {}\nmacro_rules! c {\nmod d;\n",
        ["A", "A", "b", "c", "d"],
    ),
    "a.md": ("# A b\ntext\n```\n# no heading\n```\n## C ##\n", ["A b", "C"]),
    "a.tscn": ('[gd_scene load_steps=2]\n[node name="A" type="B"]\nx = [1]\n', 2),
    "a.txt": ("def a():\n", []),
    "broken.py": ("def a(:\n\tclass B\nclass C(", ["a", "B", "C"]),
}


@pytest.mark.parametrize("file", CASES)
def test_definitions_in_their_order(file: str):
    text, wanted = CASES[file]
    found = symbols_of(file, text.split("\n"))

    assert [one.line for one in found] == sorted(one.line for one in found)
    if isinstance(wanted, int):
        assert len(found) == wanted
    else:
        assert [one.name for one in found] == wanted
