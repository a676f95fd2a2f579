"""Go-template text over plain values, as Go would print it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import TemplateError
from gastown.formula.gotext.render import MAX_OUTPUT, Template, fields, render

VALUES: dict[str, Any] = {
    "leg": {"id": "style", "focus": "names"},
    "files": ["a.py", "b.py"],
    "sizes": {"b": 2, "a": 1},
    "none": [],
    "count": "3",
    "n": 7,
    "on": True,
    "off": False,
    "title": "{{.leg.id}} {{rig}}",
}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("plain, {one} brace }}", "plain, {one} brace }}"),
        ("{{.leg.id}}/{{ .leg.focus }}", "style/names"),
        ("{{$.leg.id}}", "style"),
        ("{{.gone}} {{.gone.deep}}", "<no value> <no value>"),
        ("{{.files}} {{.sizes}} {{.on}}", "[a.py b.py] map[a:1 b:2] true"),
        ("{{if .gone}}a{{else if .on}}b{{else}}c{{end}}", "b"),
        ("{{if .none}}a{{end}}{{if .off}}b{{end}}{{if 0}}c{{end}}{{if nil}}d{{end}}", ""),
        ("{{range .files}}- {{.}}\n{{end}}", "- a.py\n- b.py\n"),
        ("{{range $i, $f := .files}}{{$i}}:{{$f}} {{end}}", "0:a.py 1:b.py "),
        ("{{range $f := .files}}{{$f}}{{end}}", "a.pyb.py"),
        ("{{range $k, $v := .sizes}}{{$k}}{{$v}}{{end}}", "a1b2"),
        ("{{range .none}}x{{else}}nothing{{end}}{{range .gone}}x{{end}}", "nothing"),
        ("{{with .leg}}{{.id}}{{end}}{{with .gone}}x{{else}}y{{end}}", "styley"),
        ("{{with $x := .leg}}{{$x.id}}{{end}}", "style"),
        ("{{with .gone}}x{{else with .leg}}{{.id}}{{end}}", "style"),
        ("a {{- .n }} b", "a7 b"),
        ("a\n {{- .n -}} \n b{{-3}}", "a7b-3"),
        ("a {{- /* not said }} */ -}} b", "ab"),
        ('{{`raw }}`}} {{"q\\t\\u00e9\\x41"}}', "raw }} q\téA"),
        ("{{$x := 1}}{{range .files}}{{$x = .}}{{end}}{{$x}}", "b.py"),
        ("{{$x := 1}}{{range .files}}{{$x := .}}{{end}}{{$x}}", "1"),
        ("{{if and .on (not .off) (or .gone .n)}}yes{{end}}", "yes"),
        ("{{or .gone .leg.id}} {{and .n .count}}", "style 3"),
        ('{{eq .n 7}} {{eq .leg.id "a" "style"}} {{ne .n 7}}', "true true false"),
        ('{{lt 1 2}} {{le 2 2}} {{gt .count 2}} {{ge "a" "b"}}', "true true true false"),
        ('{{len .files}} {{len "é"}} {{index .files 1}} {{index .leg "id"}}', "2 2 b.py style"),
        ('{{join .files ", "}} {{.files | join "+"}}', "a.py, b.py a.py+b.py"),
        (
            '{{.leg.id | upper | printf "%-7s|%5d|%03d|%.1f|%q|%v%%" "x" 4 5 6.25 .n}}',
            'x      |    4|005|6.2|"7"|STYLE%',
        ),
        ('{{upper .leg.id}}{{lower "ÀB"}}{{.gone | default "none"}}', "STYLEàbnone"),
        ('{{print 1 "a"}}{{println .n}}', "1a7\n"),
        ("{{(index .files 0) | upper}} {{(.leg).id}}", "A.PY style"),
        (
            '{{"\\101\\"\\\\"}} {{printf "%+d|%+d|%-4d|" 3 -3 7}} {{len print}}',
            'A"\\ +3|-3|7   | 0',
        ),
        ("{{1.5}} {{2.0}} {{1e30}} {{-0.5}}", "1.5 2 1e+30 -0.5"),
        ("{{rig}} {{ bead }} {{- convoy}}", "{{rig}} {{bead}}{{convoy}}"),
    ],
)
def test_it_says_what_go_says(template: str, said: str):
    assert render(template, VALUES) == said


def test_nothing_and_empty_text_are_equal_and_a_number_equals_its_text():
    """Variables are text, whatever they stand for; Go would refuse to compare these."""
    assert render('{{eq .gone ""}} {{eq .count 3}} {{eq .on "true"}}', VALUES) == "true true true"


def test_a_value_is_never_read_as_a_template():
    assert render("{{.title}}", VALUES) == "{{.leg.id}} {{rig}}"


def test_pieces_tell_the_templates_words_from_the_values():
    template = Template.of("a{{.n}}{{rig}}{{if .on}}b{{end}}")

    found = [(piece.text, piece.given) for piece in template.pieces(VALUES)]

    assert found == [("a", False), ("7", True), ("{{rig}}", False), ("b", False)]


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("a\n{{.n", 2, "not closed"),
        ("a\n{{if .n}}\n", 2, "if has no end"),
        ("{{end}}", 1, "end closes nothing"),
        ("{{if .n}}{{else}}{{else}}{{end}}", 1, "one else"),
        ("{{if .n}}{{else range .files}}{{end}}", 1, "else stands alone"),
        ("{{if .n}}{{end x}}", 1, "end stands alone"),
        ("{{}}", 1, "a value is missing"),
        ("{{/* a", 1, "comment does not end"),
        ("{{/* a */ .n}}", 1, "a comment stands alone"),
        ("{{#if x}}", 1, "unexpected '#if"),
        ("\n\n{{nope .n}}", 3, "there is no function nope"),
        ("{{eq 1 nope}}", 1, "there is no function nope"),
        ("{{$x}}", 1, r"there is no variable \$x"),
        ("{{$x = 1}}", 1, r"no variable \$x yet"),
        ("{{if .n}}{{$x := 1}}{{end}}{{$x}}", 1, r"there is no variable \$x"),
        ("{{3 := 4}}", 1, r"only a \$name"),
        ("{{range $i, $x}}{{end}}", 1, "with :="),
        ("{{eq 1}}", 1, "eq takes 2 or more arguments, not 1"),
        ("{{not}}", 1, "not takes 1"),
        ("{{.n 3}}", 1, "takes no arguments"),
        ("{{.n | .leg}}", 1, "leads into a function"),
        ("{{(.n}}", 1, "not closed"),
        ('{{"a""b"}}', 1, "white space is missing"),
        ("{{.n )}}", 1, r"unexpected \)"),
        (r'{{"\z"}}', 1, "no escape"),
        (r'{{"\ud800"}}', 1, "no character"),
        ("{{template x}}", 1, "template is not supported"),
        ("{{.n.deep}}", 1, "a number has no field .deep"),
        ("{{range .n}}{{end}}", 1, "not a number"),
        ("{{range .files}}\n{{.path}}{{end}}", 2, "text has no field .path"),
        ("{{index .files 2}}", 1, "index: 2 is no place in a list of 2"),
        ("{{index .n 2}}", 1, "has no items"),
        ("{{len .n}}", 1, "has no length"),
        ("{{eq .files .files}}", 1, "can't be compared"),
        ("{{lt .on 1}}", 1, "have no order"),
        ("{{join .n .n}}", 1, "takes a list and a text"),
        ('{{printf "%d" .leg.id}}', 1, "%d takes a whole number"),
        ('{{printf "%f" .leg.id}}', 1, "%f takes a number"),
        ('{{printf "%d"}}', 1, "no value for '%d'"),
        ('{{printf "x" 1}}', 1, "no verb for 1 of its values"),
        ('{{printf "%p" 1}}', 1, "none of its verbs"),
        ('{{printf "%999d" 1}}', 1, "wider than"),
        ("{{printf .n}}", 1, "first argument is a text"),
        ("{{if 1}}" * 99 + "{{end}}" * 99, 1, "nested more than"),
        ("{{" + "(" * 99 + "1" + ")" * 99 + "}}", 1, "nested too deeply"),
        ("{{1" + " | print" * 99 + "}}", 1, "too many pipes"),
        ("{{if 0}}{{end" + "}}{{if 0}}{{else if 1" * 99 + "}}", 1, "nested more than|has no end"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(template: str, line: int, reason: str):
    with pytest.raises(TemplateError, match=reason) as caught:
        render(template, VALUES)

    assert caught.value.line == line


def test_a_text_that_grows_without_end_is_stopped():
    doubled = '{{$x := "0123456789"}}' + "{{$x = print $x $x}}" * 40
    with pytest.raises(TemplateError, match="takes too long"):
        render(doubled, VALUES)
    with pytest.raises(TemplateError, match=f"longer than {MAX_OUTPUT}"):
        render("{{range .l}}{{$.t}}{{end}}", {"l": [0] * 20, "t": "x" * (MAX_OUTPUT // 10)})
    with pytest.raises(TemplateError, match="takes too long"):
        render("{{range $.l}}" * 5 + "{{end}}" * 5, {"l": [0] * 50})


def test_a_value_that_is_too_deep_is_refused():
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]

    with pytest.raises(TemplateError, match="nested more than 20"):
        render("{{.v}}", {"v": deep})


def test_fields_are_what_a_template_takes_from_its_values():
    template = (
        "{{.a}}{{if .b.c}}{{.d}}{{end}}{{range .e}}{{.f}}{{$.g}}{{else}}{{.h}}{{end}}"
        "{{with .i}}{{.j}}{{else}}{{.k}}{{end}}{{eq (len .l) 1}}{{$x := .m}}{{$x.n}}"
    )

    assert fields(template) == set("abdeghiklm")


WORDS = """{{ }} - . $ $x := | ( ) if range end else "a" ` /* */ 1 .files .n eq printf "%d" x with
{{end}} {{if .n}} {{range .files}} {{.}} {{else}} join index \\"""
PARTS = st.sampled_from([*WORDS.split(), " ", "\n", "if ", "range ", "eq ", "printf ", "with "])


def tried(template: str, values: dict[str, Any]) -> str | TemplateError:
    try:
        return render(template, values)
    except TemplateError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=30).map("".join) | st.text())
def test_any_text_is_rendered_or_refused_with_a_reason(template: str):
    said = tried(template, VALUES)

    if isinstance(said, TemplateError):
        assert said.reason
        assert 1 <= said.line <= template.count("\n") + 1
    else:
        assert len(said) <= MAX_OUTPUT


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.text(), DATA, DATA)
def test_any_value_is_written_as_it_is_or_refused_with_a_reason(text: str, one: Any, other: Any):
    values = {"text": text, "one": one, "other": other}
    for name in ("eq", "lt", "join", "index", "default", "or", "printf `%v %q`", "printf `%d %f`"):
        for call in (f"{{{{{name} .one .other}}}}", "{{.one}}", "{{range .one}}{{.}}{{end}}"):
            said = tried(call, values)
            assert isinstance(said, str) or said.line == 1

    assert render("{{.text}}", values) == text
