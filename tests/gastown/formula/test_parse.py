"""A formula file's text: what it gives, and every finding in it at once."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.finding import Finding
from gastown.formula.model import Formula
from gastown.formula.parse import parse, parse_formula
from gastown.formula.step import Step
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
        ("priority = 5", "f.toml:4: steps.a.priority: must be at most 4, not 5"),
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
            "f.toml:2: version: must be at least 1, not -1",
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
