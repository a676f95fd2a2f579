"""RULES: what our own scanner looks for in Godot files, and in text where others miss it.

A rule is a pattern over one line without its comment. Its group `secret`, if it has one, is what
must be redacted; its `context` is another pattern that some line of the same file must match.
"""

import re
from dataclasses import dataclass
from re import Pattern

from gastown.rigs.scan.finding import Severity

GD = ("**/*.gd",)
SCENES = ("**/*.tscn", "**/*.tres")
CODE = (*GD, *SCENES)
PRESETS = ("**/export_presets.cfg", "**/export_credentials.cfg")
PROJECT = ("**/project.godot",)
NATIVE = ("**/*.gdextension",)


@dataclass(frozen=True, slots=True)
class Rule:
    """One weakness; `files` are globs."""

    name: str
    severity: Severity
    title: str
    pattern: Pattern[str]
    files: tuple[str, ...]
    context: Pattern[str] | None = None


def _rule(
    name: str, severity: Severity, title: str, pattern: str, *files: str, context: str = ""
) -> Rule:
    found = re.compile(context) if context else None
    return Rule(name, severity, title, re.compile(pattern), files or CODE, found)


_QUOTED = r"""["'](?P<secret>[^"']+)["']"""
_RUNS = r"\bOS\.(?:execute|execute_with_pipe|create_process|create_instance|shell_open)\b"
_TOOL = r"^\s*@tool\b|^\s*extends\s+(?:EditorPlugin|EditorScript)\b"
_SET = r"\s*(?::\s*String)?\s*:?=\s*"

# fmt: off
RULES = (
    # code from outside
    _rule("run-program", "high", "Starts another program", _RUNS),
    _rule("tool-runs-program", "critical", "Starts a program as soon as the editor opens it",
          _RUNS, *GD, context=_TOOL),
    _rule("evaluate", "high", "Evaluates text as code",
          r"\bExpression\.new\s*\(|\bGDScript\.new\s*\(|\.source_code\s*="),
    _rule("evaluate-script", "high", "Runs text as JavaScript in the player's browser",
          r"\bJavaScriptBridge\.eval\s*\("),
    _rule("deserialize", "high", "Turns data into objects, which may run code",
          r"\b(?:bytes_to_var_with_objects|str_to_var)\s*\(|\ballow_objects\s*=\s*true"
          r"|\.get_var\s*\(\s*true"
          r"|\b(?:base64_to_variant|decode_var)\s*\([^()]*,\s*true\s*\)"),
    _rule("network-objects", "critical", "Takes objects, and so code, from any peer",
          r"\ballow_object_decoding\s*=\s*true"),
    _rule("load-pack", "high", "Loads a resource pack, which may replace scripts",
          r"\bload_resource_pack\s*\("),
    _rule("load-native", "high", "Loads machine code while it runs",
          r"\bGDExtensionManager\.load_extension\s*\(|\bOS\.open_dynamic_library\s*\("),
    _rule("native-outside", "high", "Takes machine code from outside the project",
          r"""=\s*["'](?:/|[A-Za-z]:[\\/]|user://|https?://)""", *NATIVE),
    _rule("load-user-data", "medium", "Loads a resource that the player can replace",
          r"""\b(?:load|preload|ResourceLoader\.load(?:_threaded_request)?)\s*\(\s*["']user://"""),
    _rule("scene-script", "medium", "Carries a script inside a scene or resource",
          r"""^\s*script/source\s*=|\[sub_resource[^\]]*type="GDScript\"""", *SCENES),
    _rule("scene-outside", "high", "Refers to a file outside the project",
          r"""\[ext_resource[^\]]*path="(?!res://|uid://)""", *SCENES),
    _rule("start-outside", "high", "Starts with a scene or script from outside the project",
          r"""^\s*(?:run/main_scene|[A-Za-z_]\w*)\s*=\s*"\*?(?:user://|https?://|/|[A-Za-z]:[\\/])""",
          *PROJECT),
    # files and the machine
    _rule("delete-files", "medium", "Removes files by a path that it is given",
          r"\b(?:remove_absolute|rename_absolute|move_to_trash)\s*\(\s*(?![\"'](?:user|res)://)"),
    _rule("unpack", "medium", "Writes what an archive names, wherever that leads",
          r"\bZIPReader\.new\s*\(", *GD, context=r"\bFileAccess\.open\s*\([^)]*\bWRITE"),
    _rule("device-id", "low", "Asks for what tells this device from all others",
          r"\bOS\.get_unique_id\s*\("),
    # network
    _rule("tls-unsafe", "high", "Accepts any TLS certificate", r"\bclient_unsafe\s*\("),
    _rule("plain-http", "low", "Talks without encryption",
          r"""["'](?:http|ws)://(?!localhost|127\.0\.0\.1|\[::1\])"""),
    _rule("rpc-any-peer", "medium", "May be called by any peer of the network",
          r"""@rpc\s*\([^)]*["']any_peer["']"""),
    # cryptography
    _rule("weak-random", "medium", "Makes a secret of numbers that can be guessed",
          r"(?i)\b\w*(?:token|secret|password|nonce|salt|session_?id)\w*"
          r"\s*(?::\s*\w+)?\s*:?=[^=].*\brand[if](?:_range)?\s*\("),
    _rule("weak-hash", "low", "Hashes in a way that can be forged",
          r"\bHASH_(?:MD5|SHA1)\b|\.(?:md5|sha1)_(?:text|buffer)\s*\("),
    # secrets
    _rule("literal-password", "high", "Carries a password",
          rf"""(?i)\b\w*passw(?:or)?d?\w*{_SET}["'](?P<secret>[^"']{{4,}})["']""", *GD),
    _rule("literal-secret", "high", "Carries a key or token",
          rf"""(?i)\b\w*(?:key|secret|token)\w*{_SET}"""
          r"""["'](?P<secret>(?=[^"']*\d)[\w+/=.-]{16,})["']""", *GD),
    _rule("literal-cipher", "high", "Encrypts with a password that stands beside it",
          rf"""\b(?:open_encrypted_with_pass|save_encrypted_pass|load_encrypted_pass)\s*"""
          rf"""\(.*,\s*{_QUOTED}\s*\)""", *GD),
    _rule("log-secret", "medium", "Writes a secret into the log",
          r"(?i)\b(?:print\w*|push_error|push_warning)\s*\([^#]*"
          r"(?<![\"'\w])\w*(?:password|secret|api_?key|access_?token|auth_?token)\w*\s*[,)+%]",
          *GD),
    _rule("export-password", "high", "Carries the password of a signing key or package",
          r"""^\s*(?:[\w/]*password|script_encryption_key|encryption_key"""
          r"""|[\w/]*api_key)"""
          r"""\s*=\s*"(?P<secret>[^"]+)\"""", *PRESETS),
    _rule("export-secret-file", "high", "Packs files of secrets into the game",
          r"""^\s*include_filter\s*=\s*"[^"]*\.(?:env|key|pem|p12|pfx|keystore|jks)\b""", *PRESETS),
    _rule("export-unencrypted-key", "medium", "Signs a release with the key for debugging",
          r"""^\s*keystore/release\s*=\s*"[^"]*debug\.keystore\"""", *PRESETS),
    _rule("export-script", "medium", "Runs a script on the machine that it is sent to",
          r"""^\s*ssh_remote_deploy/(?:run|cleanup)_script\s*=\s*"[^"]*\b(?:curl|wget|sudo|eval)\b""",
          *PRESETS),
    _rule("export-permission", "medium", "Asks for more of the phone than a game needs",
          r"""^\s*permissions/(?:manage_external_storage|install_packages|request_install_packages"""
          r"""|read_sms|receive_sms|send_sms|read_contacts|read_call_log|system_alert_window"""
          r"""|bind_accessibility_service|bind_device_admin)\s*=\s*true""", *PRESETS),
)

TEXT_RULES = (  # what detect-secrets was seen to miss
    _rule("aws-secret-key", "critical", "Carries the secret half of an AWS key",
          r"""(?i)\b(?:aws|amazon)\w{0,20}(?:secret|key)\w*["']?\s*(?::\s*\w+)?\s*[:=]+\s*["']?"""
          r"""(?P<secret>(?-i:(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*\d)"""
          r"""[A-Za-z0-9/+]{40}))(?![A-Za-z0-9/+=])""", "**"),
    _rule("address-password", "high", "Carries a password in an address",
          r"""\b[a-z][a-z0-9+.-]*://[^\s/:@"'{}<>$]+:(?P<secret>[^\s/@"'{}<>$]{4,})@""", "**"),
)
# fmt: on
