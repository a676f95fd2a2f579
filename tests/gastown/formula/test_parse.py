"""A formula file's text: what it gives, and every finding in it at once."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.finding import Finding
from gastown.formula.model import Formula
from gastown.formula.parse import parse, parse_formula
from gastown.formula.step import Gate, Loop, Step
from gastown.formula.var import Var

WHOLE = """\
formula = "ship"
description = "Ship {{what}}."
version = 2
type = "workflow"

[vars]
what = "it"
rigs_wanted = ["a", "b"]
[vars.env]
description = "Where."
required = true
enum = ["test", "prod"]
pattern = "^[a-z]+$"
type = "string"

[[steps]]
id = "build"
title = "Build {{what}}"
description = "d"
notes = "n"
acceptance = "a"
type = "feature"
priority = 0
labels = ["x"]
assignee = "someone"
role = "polecat"
each = "rigs"
metadata = {k = [1, "{{what}}"]}

[[steps]]
id = "ship"
needs = ["build"]
depends_on = ["build"]
condition = "{{env}} == prod"
"""


def refused(text: str, source: str = "f.toml") -> list[str]:
    with pytest.raises(FormulaError) as error:
        parse_formula(text, source)
    return error.value.findings


def steps(*lines: str) -> str:
    return "\n".join(['formula = "f"', "[[steps]]", 'id = "a"', *lines])


def test_every_key_is_read():
    formula = parse_formula(WHOLE, "ship.formula.toml")

    assert len(formula.digest) == 12
    assert formula.model_copy(update={"digest": ""}) == Formula(
        name="ship",
        description="Ship {{what}}.",
        version=2,
        source="ship.formula.toml",
        vars={
            "what": Var(default="it"),
            "rigs_wanted": Var(default="a,b", type="list"),
            "env": Var(
                description="Where.", required=True, enum=("test", "prod"), pattern="^[a-z]+$"
            ),
        },
        steps=(
            Step(
                id="build",
                title="Build {{what}}",
                description="d",
                notes="n",
                acceptance="a",
                type="feature",
                priority=0,
                labels=("x",),
                assignee="someone",
                role="polecat",
                each="rigs",
                metadata={"k": [1, "{{what}}"]},
            ),
            Step(id="ship", needs=("build",), depends_on=("build",), condition="{{env}} == prod"),
        ),
    )


def test_json_says_the_same():
    text = json.dumps({"formula": "f", "vars": {"v": 1}, "steps": [{"id": "a", "priority": 1}]})

    for source in ("f.formula.json", "f"):
        formula = parse_formula(text, source)
        assert formula.vars == {"v": Var(default="1", type="int")}
        assert formula.steps == (Step(id="a", priority=1),)


def test_a_byte_order_mark_and_an_empty_type_are_taken():
    assert (
        parse_formula('\ufeffformula="f"\ntype=""\nsteps=[{id="a"}]', "f.toml").type == "workflow"
    )


def test_the_digest_is_of_the_text():
    one, two = parse_formula(steps(), "f"), parse_formula(steps("# remark"), "f")

    assert one.digest != two.digest


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("title = 3", "f.toml:4: steps.a.title: must be text, not 3"),
        ('priority = "1"', "f.toml:4: steps.a.priority: must be a whole number, not '1'"),
        ("priority = true", "f.toml:4: steps.a.priority: must be a whole number, not True"),
        ("priority = 5", "f.toml:4: steps.a.priority: Input should be less than or equal to 4"),
        ('needs = "b"', "f.toml:4: steps.a.needs: must be a list, not 'b'"),
        ('labels = ["x",\n 3]', "f.toml:5: steps.a.labels[1]: must be text, not 3"),
        ("metadata = 3", "f.toml:4: steps.a.metadata: must be a table, not 3"),
        ("metadata = {x = inf}", "f.toml:4: steps.a.metadata: JSON has no nan and no inf"),
        ('need = ["b"]', "f.toml:4: steps.a.need: unknown key; did you mean needs?"),
        ('ttile = "t"', "f.toml:4: steps.a.ttile: unknown key; did you mean title?"),
        (
            'Title = "t"\ntitle = "u"',
            "f.toml:5: steps.a.title: means the same as title, which is written here too",
        ),
        (
            "[vars]\nv = 2026-01-29",
            "f.toml:5: vars.v: a value is text, a number, true, false, or a list of these",
        ),
        (
            "[vars.v]\nrequired = 1",
            "f.toml:5: vars.v.required: must be true or false, not 1",
        ),
        (
            "[vars.v]\ntype = 3",
            "f.toml:5: vars.v.type: Input should be 'string', 'int', 'bool' or 'list'",
        ),
        (
            "[vars.v]\nrequire = true",
            "f.toml:5: vars.v.require: unknown key; did you mean required?",
        ),
    ],
)
def test_a_wrong_value_is_named_with_file_line_and_key(line: str, finding: str):
    assert refused(steps(line)) == [finding]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('steps = [{id = "a"}]', 'f.toml: formula: every formula has a name: formula = "…"'),
        ('formula = ""\nsteps = [{id = "a"}]', "f.toml:1: formula: the name is empty"),
        ('formula = "f"', "f.toml: steps: there is no step; write at least one [[steps]]"),
        ('formula = "f"\nsteps = 3', "f.toml:2: steps: must be a list, not 3"),
        ('formula = "f"\nsteps = [3]', "f.toml:2: steps[0]: must be a table, not 3"),
        ('formula = "f"\n[[steps]]', "f.toml:2: steps[0].id: is missing"),
        ('formula = "f"\n[[steps]]\nid = 1', "f.toml:3: steps[0].id: must be text, not 1"),
        (
            'formula = "f"\nversion = -1\nsteps = [{id = "a"}]',
            "f.toml:2: version: Input should be greater than or equal to 1",
        ),
        (
            'formula = "f"\ntype = "worflow"\nsteps = [{id = "a"}]',
            (
                "f.toml:2: type: 'worflow' is none of workflow, expansion, aspect, convoy; "
                "did you mean workflow?"
            ),
        ),
        (
            'formula = "f"\ntype = "expansion"\nsteps = [{id = "a"}]',
            "f.toml: template: there is no template; write at least one [[template]]",
        ),
        (
            'formula = "f"\ntype = ["x"]\nsteps = [{id = "a"}]',
            "f.toml:2: type: ['x'] is none of workflow, expansion, aspect, convoy",
        ),
        ("formula = x", "f.toml:1: Invalid value (at line 1, column 11)"),
        ("formula =", "f.toml: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_document_is_named_too(text: str, finding: str):
    assert finding in refused(text)


# fmt: off
FOREIGN_STEP_KEYS = ["check", "retry", "ralph", "drain", "tags", "Title", "tilte", "zzzzz"]
FOREIGN_TOP_KEYS = ["contract", "requires", "name", "zzzzz"]
# fmt: on


def warned(text: str, source: str = "f.toml") -> list[tuple[str, int | None, str, str, str]]:
    return [
        (one.severity, one.line, one.key, one.message, one.elsewhere)
        for one in parse(text, source).findings
    ]


IGNORED = "bd, gt: ignore it"


def test_a_key_that_nobody_knows_is_left_out_with_a_warning():
    assert warned(steps("zzzzz = 1")) == [
        ("warning", 4, "steps.a.zzzzz", "unknown key, it is left out", IGNORED)
    ]
    assert warned('name = "g"\n' + steps()) == [
        (
            "warning",
            1,
            "name",
            "unknown key, it is left out; did you mean formula?",
            IGNORED,
        )
    ]


@pytest.mark.parametrize("key", ["check", "retry", "ralph", "drain"])
def test_a_key_of_the_later_dialect_is_left_out_with_a_warning(key: str):
    message = "of Gas City's later dialect; not acted on"

    assert warned(steps(f"{key} = {{x = 1}}")) == [
        ("warning", 4, f"steps.a.{key}", message, IGNORED)
    ]


def test_tags_are_labels_in_the_later_dialect():
    parsed = parse(steps('tags = ["x"]'), "f.toml")

    assert parsed.formula.steps[0].labels == ("x",)
    assert [one.severity for one in parsed.findings] == ["note"]


def test_a_gates_condition_may_be_called_so():
    parsed = parse(steps('gate = {type = "conditional", condition = "x.status == closed"}'), "f")

    assert parsed.formula.steps[0].gate == Gate(type="conditional", await_id="x.status == closed")
    assert [one.key for one in parsed.findings] == ["steps.a.gate.condition"]


def test_keys_match_in_any_case_with_a_note():
    parsed = parse('Formula = "f"\n[[Steps]]\nID = "a"\nTITLE = 3', "f.toml")

    assert parsed.formula.steps == (Step(id="a"),)
    assert [(one.severity, one.line, one.key) for one in parsed.findings] == [
        ("note", 1, "Formula"),
        ("note", 2, "Steps"),
        ("note", 3, "steps.a.ID"),
        ("note", 4, "steps.a.TITLE"),
        ("error", 4, "steps.a.title"),
    ]


def test_version_0_is_1():
    parsed = parse("version = 0\n" + steps(), "f.toml")

    assert parsed.formula.version == 1
    assert [(one.severity, one.key) for one in parsed.findings] == [("note", "version")]


NESTED = """\
formula = "f"
[[steps]]
id = "a"
[[steps.children]]
id = "b"
gate = {type = 3, await = "x", await_id = "y"}
[[steps.children.children]]
needs = ["a", 3, "b"]
[steps.loop]
count = true
max = 1.5
[[steps.loop.body]]
id = "c"
on_complete = {for_each = "output.x", bond = "g", vars = {k = 1, l = "m"}}
[[compose.map]]
with = 3
select = "*"
[[compose.aspects]]
x = 1
[[advice]]
target = "*"
around = {before = [3, {id = "e", args = {n = nan}}]}
[[pointcuts]]
globb = "*"
"""


def test_what_is_nested_is_checked_with_its_whole_key_and_the_sound_rest_is_kept():
    parsed = parse(NESTED, "f.toml")

    said = [(one.line, one.key, one.message) for one in parsed.findings]
    either = "must be a whole number or an expression in quotes, not"
    cycle = "a → b → steps[0].children[0].children[0] → a"
    assert said == [
        (4, "steps.a.children", "a step has loop or children, not both; write two steps"),
        (4, "steps.a.children", f"a cycle: {cycle} (each needs the next)"),
        (6, "steps.a.children.b.gate.await", "unknown key, it is left out"),
        (6, "steps.a.children.b.gate.type", "must be text, not 3"),
        (7, "steps.a.children.b.children[0].id", "is missing"),
        (8, "steps.a.children.b.children[0].needs[1]", "must be text, not 3"),
        (9, "steps.a.loop", "does not say how often; write one of count, range and until"),
        (10, "steps.a.loop.count", f"{either} True"),
        (11, "steps.a.loop.max", f"{either} 1.5"),
        (14, "steps.a.loop.body.c.on_complete.vars.k", "must be text, not 1"),
        (16, "compose.map[0].with", "must be text, not 3"),
        (18, "compose.aspects[0]", "must be text, not {'x': 1}"),
        (22, "advice[0].around.before[0]", "must be a table, not 3"),
        (22, "advice[0].around.before.e.args", "JSON has no nan and no inf"),
        (23, "pointcuts[0]", "says nothing; write glob, type or label"),
        (24, "pointcuts[0].globb", "unknown key; did you mean glob?"),
    ]
    (step,) = parsed.formula.steps
    assert step.children[0].children[0].needs == ("a", "b")
    assert step.loop
    assert step.loop.body[0].on_complete
    assert step.loop.body[0].on_complete.vars == {"l": "m"}
    assert parsed.formula.compose.map[0].select == "*"


@pytest.mark.parametrize("count", ["{x = 1}", "{int = 1}", "[1]", "true", "1979-05-27"])
def test_a_count_of_any_wrong_type_is_left_out(count: str):
    parsed = parse(steps(f'loop = {{count = {count}, body = [{{id = "b"}}]}}'), "f.toml")

    assert parsed.formula.steps[0].loop == Loop(body=(Step(id="b"),))
    assert "steps.a.loop.count" in [one.key for one in parsed.findings]


def test_tables_nested_without_end_are_refused():
    steps: list[object] = []
    for _ in range(300):
        steps = [{"id": "a", "children": steps}]

    found = refused(json.dumps({"formula": "f", "steps": steps}), "f.json")

    assert any("nested too deeply" in one for one in found)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ('extends = ["g"]\n[[legs]]\nid = "a"', "workflow"),
        ('[[legs]]\nid = "a"', "convoy"),
        ('[[template]]\nid = "a"', "expansion"),
        ('[[aspects]]\nid = "a"', "aspect"),
        ('[[advice]]\ntarget = "a"', "aspect"),
    ],
)
def test_the_kind_is_known_by_what_is_written(key: str, kind: str):
    assert parse(f'formula = "f"\n{key}', "f.toml").formula.type == kind


@pytest.mark.parametrize(
    ("written", "kind", "severity"),
    [("integer", "int", "note"), ("Boolean", "bool", "note"), ("float", "string", "warning")],
)
def test_a_type_of_a_variable_may_be_another_tools_word(written: str, kind: str, severity: str):
    parsed = parse(steps(f'[vars.v]\ntype = "{written}"'), "f.toml")

    assert parsed.formula.vars["v"].type == kind
    assert [(one.severity, one.key) for one in parsed.findings] == [(severity, "vars.v.type")]


def test_extends_may_be_one_name():
    parsed = parse('formula = "f"\nextends = "g"', "f.toml")

    assert parsed.formula.extends == ("g",)
    assert [one.key for one in parsed.findings if one.severity == "note"] == ["extends"]


def test_all_findings_come_at_once_and_one_does_not_hide_the_next():
    text = """\
formula = "f"
tpye = "workflow"
[vars.v]
default = "x"
required = true
pattern = "["
[[steps]]
id = "a"
needs = ["b"]
title = 3
[[steps]]
id = "b"
depends_on = ["a", "q"]
[[steps]]
id = "b"
gate = {type = "human"}
"""
    found = parse(text, "f.toml").findings

    assert [(finding.line, finding.key) for finding in found] == [
        (2, "tpye"),
        (6, "vars.v.pattern"),
        (9, "steps.a.needs"),
        (10, "steps.a.title"),
        (13, "steps.b.depends_on"),
        (15, "steps.b.id"),
    ]
    assert "a cycle: a → b → a" in found[2].message


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("{", "f.json:1: Expecting property name enclosed in double quotes (at line 1, column 2)"),
        ('{"a": 1,\n "a": 2}', "f.json: the key 'a' stands twice in one object"),
        ("[]", "f.json: a formula is a JSON object"),
        ('{"formula": NaN}', "f.json: JSON has no NaN"),
        ('{"formula": "\\ud800"}', "f.json: half a surrogate pair, which is no character"),
        ("\ud800", "f.json: half a surrogate pair, which is no character"),
        ("[" * 100_000, "f.json: nested too deeply"),
    ],
)
def test_text_that_is_no_json_is_refused(text: str, finding: str):
    assert refused(text, "f.json") == [finding]


def test_a_finding_without_a_line_or_key_says_what_it_knows():
    assert str(Finding("error", "f.toml", None, "", "odd")) == "f.toml: odd"


WORDS = st.sampled_from(
    [*FOREIGN_STEP_KEYS, *FOREIGN_TOP_KEYS, *Step.model_fields, *Formula.model_fields]
)
NAMES = st.sampled_from(["formula", "steps", "vars", "type", "name", "source"]) | WORDS
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), NAMES
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=4),
    max_leaves=20,
)
STEPS = st.lists(st.dictionaries(WORDS, DOCUMENTS, max_size=5) | DOCUMENTS, max_size=4)
VARS = st.dictionaries(
    st.text(max_size=3),
    DOCUMENTS | st.dictionaries(st.sampled_from(list(Var.model_fields)), DOCUMENTS, max_size=4),
    max_size=3,
)

FORMULAS = st.fixed_dictionaries({"formula": SCALARS}, optional={"steps": STEPS, "vars": VARS})
GARBAGE = st.text(max_size=200) | st.text('[]{}="a\n.#', max_size=40)


def only_a_formula_or_findings(text: str, source: str) -> None:
    try:
        formula = parse_formula(text, source)
    except FormulaError as error:
        told = error.findings
    else:
        told = [formula.source] * len(formula.steps)
    assert told
    assert all(one.startswith(source) for one in told)


@settings(max_examples=150, deadline=None)
@given(GARBAGE, st.sampled_from(["f.toml", "f.json"]))
def test_garbage_gives_only_findings(text: str, source: str):
    only_a_formula_or_findings(text, source)


@settings(max_examples=300, deadline=None)
@given(FORMULAS | DOCUMENTS)
def test_wrong_documents_give_only_findings(document: object):
    only_a_formula_or_findings(json.dumps(document), "f.json")
