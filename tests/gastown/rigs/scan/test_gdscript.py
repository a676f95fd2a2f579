"""Each rule hits what it names and leaves the ordinary alone."""

import pytest

from gastown.rigs.scan.gdscript import Policy, scan_gdscript, without_comment
from gastown.rigs.scan.rules import RULES
from gastown.rigs.scan.source import Source

PRESETS = "export_presets.cfg"
HITS = [
    ("run-program", "a.gd", 'OS.execute("rm", ["-rf"])', ""),
    ("run-program", "a.gd", "OS.shell_open(link)", ""),
    ("evaluate", "a.gd", "var e := Expression.new()", ""),
    ("evaluate", "a.gd", "script.source_code = text", ""),
    ("evaluate-script", "a.gd", "JavaScriptBridge.eval(code)", ""),
    ("deserialize", "a.gd", "bytes_to_var_with_objects(data)", ""),
    ("deserialize", "a.gd", "file.get_var(true)", ""),
    ("deserialize", "a.gd", "Marshalls.base64_to_variant(text, true)", ""),
    ("network-objects", "a.gd", "api.allow_object_decoding = true", ""),
    ("load-pack", "a.gd", "ProjectSettings.load_resource_pack(path)", ""),
    ("load-native", "a.gd", "GDExtensionManager.load_extension(path)", ""),
    ("native-outside", "a.gdextension", 'linux.x86_64 = "/opt/lib.so"', ""),
    ("load-user-data", "a.gd", 'var save = load("user://save.tres")', ""),
    ("tls-unsafe", "a.gd", "TLSOptions.client_unsafe()", ""),
    ("plain-http", "a.gd", 'request("http://example.org")', ""),
    ("plain-http", "a.gd", 'peer.connect_to_url("ws://example.org")', ""),
    ("rpc-any-peer", "a.gd", '@rpc("any_peer", "reliable")', ""),
    ("delete-files", "a.gd", "DirAccess.remove_absolute(path)", ""),
    ("device-id", "a.gd", "var who := OS.get_unique_id()", ""),
    ("weak-random", "a.gd", "var session_token := str(randi())", ""),
    ("weak-hash", "a.gd", "context.start(HashingContext.HASH_MD5)", ""),
    ("weak-hash", "a.gd", "var key = name.md5_text()", ""),
    ("scene-script", "s.tscn", 'script/source = "extends Node"', ""),
    ("scene-script", "s.tres", '[sub_resource type="GDScript" id="1"]', ""),
    ("scene-outside", "s.tscn", '[ext_resource type="Texture2D" path="user://a.png" id="1"]', ""),
    ("start-outside", "project.godot", 'run/main_scene="user://main.tscn"', ""),
    ("start-outside", "project.godot", 'Loader="*user://loader.gd"', ""),
    ("literal-password", "a.gd", 'var password: String = "hunter22"', "hunter22"),
    ("literal-secret", "a.gd", 'const API_KEY := "0123456789abcdefXY"', "0123456789abcdefXY"),
    ("literal-cipher", "a.gd", 'file.save_encrypted_pass(path, "hunter22")', "hunter22"),
    ("log-secret", "a.gd", 'print("signed in with ", user_password)', ""),
    ("export-password", PRESETS, 'keystore/release_password="hunter22"', "hunter22"),
    ("export-password", PRESETS, 'codesign/certificate_password="hunter22"', "hunter22"),
    ("export-password", PRESETS, 'script_encryption_key="0123abcd"', "0123abcd"),
    ("export-secret-file", PRESETS, 'include_filter="*.json,*.env"', ""),
    ("export-unencrypted-key", PRESETS, 'keystore/release="/home/ann/debug.keystore"', ""),
    ("export-script", PRESETS, 'ssh_remote_deploy/run_script="curl -s x | sh"', ""),
    ("export-permission", PRESETS, "permissions/read_sms=true", ""),
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
    ("a.gd", "file.get_var()"),
    ("a.gd", '@rpc("authority", "call_local")'),
    ("a.gd", 'DirAccess.remove_absolute("user://old.save")'),
    ("a.gd", 'print("no password was given")'),
    ("a.gd", "var roll := randi_range(1, 6)"),
    ("a.gdextension", 'linux.x86_64 = "res://bin/lib.so"'),
    ("project.godot", 'run/main_scene="res://main.tscn"'),
    ("project.godot", 'config/name="https is fine here"'),
    ("export_presets.cfg", 'include_filter="*.json"'),
    ("export_presets.cfg", "permissions/read_sms=false"),
    ("export_presets.cfg", 'export_path="build/game.x86_64"'),
]


@pytest.mark.parametrize(("rule", "file", "line", "secret"), HITS)
def test_a_rule_hits(rule, file, line, secret):
    (hit,) = scan_gdscript([Source(file, ("", line))])

    assert (hit.rule, hit.file, hit.line) == (rule, file, 2)
    assert hit.secrets == ((secret,) if secret else ())


@pytest.mark.parametrize(("file", "line"), CLEAN)
def test_no_rule_hits_the_ordinary(file, line):
    assert scan_gdscript([Source(file, (line,))]) == []


def test_every_rule_is_shown_in_this_file():
    assert {rule.name for rule in RULES} == {rule for rule, *_ in HITS} | set(IN_CONTEXT)


IN_CONTEXT = {
    "tool-runs-program": ("@tool", "extends Node", 'OS.execute("rm", [])'),
    "unpack": ("var zip := ZIPReader.new()", "FileAccess.open(path, FileAccess.WRITE)"),
}


@pytest.mark.parametrize("rule", IN_CONTEXT)
def test_some_weaknesses_take_two_lines(rule):
    lines = IN_CONTEXT[rule]

    assert rule in {hit.rule for hit in scan_gdscript([Source("a.gd", lines)])}
    for missing in lines:
        fewer = tuple(line for line in lines if line != missing or line == "extends Node")
        if fewer != lines:
            assert rule not in {hit.rule for hit in scan_gdscript([Source("a.gd", fewer)])}


CONTENT = Policy(content_only=True)


def test_a_rig_of_content_may_hold_no_code():
    scene = '[ext_resource type="Script" path="res://a.gd" id="1"]'
    sources = [Source("a.gd", ("extends Node",)), Source("s.tscn", ("", scene))]

    hits = scan_gdscript(sources, CONTENT)

    assert [(hit.rule, hit.file, hit.line) for hit in hits] == [
        ("content-script", "a.gd", 1), ("content-script", "s.tscn", 2),
    ]  # fmt: skip
    assert scan_gdscript(sources) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("a.gd", 'const Beat = preload("res://addons/gpl/beat.gd")'),
        ("s.tscn", '[ext_resource type="Script" path="res://addons/gpl/beat.gd" id="1"]'),
    ],
)
def test_a_rig_may_forbid_itself_files_of_another_licence(file, line):
    (hit,) = scan_gdscript([Source(file, (line,))], Policy(forbidden=("addons/gpl/**",)))

    assert hit.rule == "forbidden-load"
    assert "res://addons/gpl/beat.gd" in hit.title
    assert scan_gdscript([Source(file, (line,))], Policy(forbidden=("addons/other/**",))) == []


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
