"""Each rule hits what it names and leaves the ordinary alone."""

import pytest

from gastown.rigs.scan.gdscript import RULES, scan_gdscript, without_comment
from gastown.rigs.scan.source import Source

HITS = [
    ("run-program", "a.gd", 'OS.execute("rm", ["-rf"])', ""),
    ("run-program", "a.gd", "OS.shell_open(link)", ""),
    ("evaluate", "a.gd", "var e := Expression.new()", ""),
    ("evaluate", "a.gd", "script.source_code = text", ""),
    ("deserialize", "a.gd", "bytes_to_var_with_objects(data)", ""),
    ("deserialize", "a.gd", "file.get_var(true)", ""),
    ("load-pack", "a.gd", "ProjectSettings.load_resource_pack(path)", ""),
    ("load-user-data", "a.gd", 'var save = load("user://save.tres")', ""),
    ("tls-unsafe", "a.gd", "TLSOptions.client_unsafe()", ""),
    ("plain-http", "a.gd", 'request("http://example.org")', ""),
    ("scene-script", "s.tscn", 'script/source = "extends Node"', ""),
    ("scene-script", "s.tres", '[sub_resource type="GDScript" id="1"]', ""),
    ("export-password", "export_presets.cfg", 'keystore/release_password="hunter22"', "hunter22"),
    ("literal-password", "a.gd", 'var password: String = "hunter22"', "hunter22"),
    ("literal-secret", "a.gd", 'const API_KEY := "0123456789abcdefXY"', "0123456789abcdefXY"),
]
CLEAN = [
    ("a.gd", '# OS.execute("rm")'),
    ("a.gd", 'var key := "ui_left"'),
    ("a.gd", 'var token_name: String = "a_long_name_without_digits"'),
    ("a.gd", "func execute() -> void:"),
    ("a.gd", 'load("res://scenes/main.tscn")'),
    ("a.gd", 'request("http://127.0.0.1:8080")'),
    ("a.gd", 'var password := ""'),
    ("s.tscn", '[ext_resource type="Script" path="res://a.gd" id="1"]'),
    ("export_presets.cfg", 'keystore/release_password=""'),
    ("notes.md", "OS.execute(x)"),
]


@pytest.mark.parametrize(("rule", "file", "line", "secret"), HITS)
def test_a_rule_hits(rule, file, line, secret):
    (hit,) = scan_gdscript([Source(file, ("", line))])

    assert (hit.rule, hit.file, hit.line) == (rule, file, 2)
    assert hit.secrets == ((secret,) if secret else ())


@pytest.mark.parametrize(("file", "line"), CLEAN)
def test_no_rule_hits_the_ordinary(file, line):
    assert scan_gdscript([Source(file, (line,))]) == []


def test_every_rule_is_shown_above():
    assert {rule.name for rule in RULES} == {rule for rule, *_ in HITS}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a = 1  # one", "a = 1  "),
        ('a = "#1"  # one', 'a = "#1"  '),
        ('a = "\\"#"', 'a = "\\"#"'),
        ("; all", ""),
        ("a", "a"),
    ],
)
def test_a_comment_ends_the_code_but_not_within_quotes(line, code):
    assert without_comment(line) == code
