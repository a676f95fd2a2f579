"""What is slow, and what only looks like it."""

import pytest

from gastown.rigs.review.performance import RULES, slow_lines

FRAME = "extends Node\nfunc _process(delta: float) -> void:\n\tif true:\n\t\t{}\n"
SLOW = [
    ("a.gd", FRAME.format("get_node('A').x = 1"), "node-each-frame"),
    ("a.gd", FRAME.format("$A/B.x = 1"), "node-each-frame"),
    ("a.gd", FRAME.format("%Bar.value = 1"), "node-each-frame"),
    ("a.gd", FRAME.format("get_tree().get_nodes_in_group('a')"), "search-each-frame"),
    ("a.gd", FRAME.format("var t = load('res://a.png')"), "load-each-frame"),
    ("a.gd", FRAME.format("add_child(Sprite2D.new())"), "new-each-frame"),
    ("a.gd", FRAME.format("print(delta)"), "print-each-frame"),
    ("a.gd", "func f():\n\tfor i in 9:\n\t\tvar t = load(p)\n", "load-in-loop"),
    ("a.gd", "func f():\n\twhile true:\n\t\ts += str(i)\n", "text-in-loop"),
    ("a.gd", "func f():\n\twhile a:\n\t\ta.pop_front()\n", "front-of-list"),
    ("a.gd", "func f():\n\twhile a:\n\t\tRegEx.create_from_string(a)\n", "regex-in-loop"),
    ("a.gd", "func f():\n\twhile a:\n\t\tOS.execute(a)\n", "process-in-loop"),
    ("a.py", "for a in b:\n    s += f'{a}'\n", "text-in-loop"),
    ("a.py", "def f():\n    for a in b:\n        if a:\n            b.pop(0)\n", "front-of-list"),
    ("a.py", "while a:\n    re.compile(a)\n", "regex-in-loop"),
    ("a.py", "for a in b:\n    db.execute(a)\n", "database-in-loop"),
    ("a.py", "for a in b:\n    requests.get(a)\n", "network-in-loop"),
    ("a.py", "for a in b:\n    with open(a) as f:\n        pass\n", "file-in-loop"),
    ("a.py", "for a in b:\n    copy.deepcopy(a)\n", "copy-in-loop"),
    ("a.js", "for (const a of b) {\n  await fetch(a);\n}\n", "network-in-loop"),
    ("a.ts", "function f(b) {\n  while (b) {\n    b.shift();\n  }\n}\n", "front-of-list"),
    ("a.mjs", "b.forEach((a) => {\n  new RegExp(a);\n});\n", "regex-in-loop"),
    ("a.rs", "fn f() {\n    for a in b {\n        v.remove(0);\n    }\n}\n", "front-of-list"),
    ("a.rs", "fn f() {\n    loop {\n        Regex::new(a);\n    }\n}\n", "regex-in-loop"),
]
FINE = [
    ("a.gd", "func _ready():\n\tget_node('A').x = 1\n\tvar t = load('a')\n\tprint(t)\n"),
    ("a.gd", FRAME.format("x = 10 % Y\n\t\tx = 'a %s' % Name.of(x)\n\t\treload(x)")),
    ("a.gd", "@onready var a = $A\nfunc _process(_d):\n\ta.x = 1\n"),
    ("a.gd", "func f():\n\tfor i in 9:\n\t\tn += 1\n\treturn load(p)\n"),
    ("a.gd", "func f():\n\tfor i in 9:\n\t\t# load(p)\n\t\tsay('load(p)')\n"),
    ("a.py", "for a in b:\n    def f():\n        return open(a)\n"),
    ("a.py", "s += 'a'\nfor a in b:\n    n += 1\nopen(a)\n"),
    ("a.js", "for (const a of b) {\n  n += 1;\n}\nawait fetch(a);\n"),
    ("a.txt", "for a in b:\n    open(a)\n"),
]


@pytest.mark.parametrize(("path", "source", "rule"), SLOW)
def test_this_is_pointed_at_once_and_never_held_for_certain(path, source, rule):
    found = list(slow_lines(path, source))

    assert [one.rule for one in found] == [rule]
    assert not found[0].certain


@pytest.mark.parametrize(("path", "source"), FINE)
def test_this_is_left_alone(path, source):
    assert list(slow_lines(path, source)) == []


def test_every_rule_has_a_case():
    assert {rule.name for rule in RULES} == {name for _, _, name in SLOW}
