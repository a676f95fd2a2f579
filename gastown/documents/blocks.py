"""Code blocks of a page: each that names a language we can read must parse. Nothing is run."""

import ast
import doctest
import json
import os
import re
import subprocess
import textwrap
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import yaml

from gastown.documents.fault import Fault
from gastown.documents.page import Fence, Page
from gastown.rigs.gauge.gdscript import parse_script

_SHELL_S = 10.0
_PROMPT = re.compile(r"^\s*(?:\$|#|>) (.*)$")

Parse = Callable[[str], str]
"""What is wrong with a text, in one line; empty when it parses."""


def check_blocks(file: str, page: Page) -> Iterator[Fault]:
    """Faults of a page's fenced blocks; of a language that nobody here reads, nothing is said."""
    for fence in page.fences:
        name = f"code block ({fence.language})" if fence.language else "code block"
        what = f"{name} `{_first(fence.body)}`"
        if not fence.closed:
            why = "it is never closed"
        else:
            parse = PARSERS.get(fence.language)
            why = parse(fence.body) if parse else ""
        if why:
            yield Fault(file=file, line=fence.line, kind="code", what=what, why=why)


def checked(fence: Fence) -> bool:
    """Whether its language is one that is checked."""
    return fence.language in PARSERS


def _first(body: str) -> str:
    line = next((line.strip() for line in body.splitlines() if line.strip()), "")
    return line[:60]


def _python(body: str) -> str:
    """A module, the inside of a function, or a session at the prompt."""
    if body.lstrip().startswith(">>>"):
        try:
            examples = doctest.DocTestParser().get_examples(body)
        except ValueError as error:
            return f"is no session: {error}"
        return next(filter(None, (_python_text(one.source) for one in examples)), "")
    return _python_text(textwrap.dedent(body))


def _python_text(text: str) -> str:
    why = _compiles(text)
    return why and _compiles("async def _():\n" + textwrap.indent(text, "    ")) and why


def _compiles(text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape is no fault of the page
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(text, "block", "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        said = getattr(error, "msg", None) or str(error)
        return f"is no Python: {said}" + (f" (its line {line})" if line else "")
    return ""


def _json(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        return f"is no JSON: {error}"
    return ""


def _toml(body: str) -> str:
    try:
        tomllib.loads(body)
    except (ValueError, RecursionError) as error:
        return f"is no TOML: {error}"
    return ""


def _yaml(body: str) -> str:
    """Composed, not built: a tag can ask for any object."""
    try:
        for _ in yaml.compose_all(body, Loader=yaml.SafeLoader):  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]  # its stubs leave this untyped
            pass
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return f"is no YAML: {' '.join(str(error).split())}"
    return ""


def _gdscript(body: str) -> str:
    """A script, or the inside of a function."""
    text = textwrap.dedent(body).rstrip() + "\n"
    why = _parses(text)
    indent = "\t" if re.search(r"^\t", text, re.MULTILINE) or "\n " not in text else "    "
    return why and _parses("func _block():\n" + textwrap.indent(text, indent)) and why


def _parses(text: str) -> str:
    try:
        parse_script(text)
    except ValueError as error:
        return f"is no GDScript of Godot 4: {error}"
    return ""


def _shell(body: str) -> str:
    """`bash -n` reads commands and runs none; without bash nothing is said."""
    argv = ["bash", "--noprofile", "--norc", "-n"]
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    try:
        done = subprocess.run(
            argv, input=textwrap.dedent(body), env=env, capture_output=True, encoding="utf-8",
            errors="replace", timeout=_SHELL_S, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return ""
    except subprocess.TimeoutExpired:
        return "bash did not get to its end"
    said = done.stderr.strip().split("\n")[0].removeprefix("bash: ")
    return f"is no shell script: {said}" if done.returncode else ""


def _session(body: str) -> str:
    """Commands after a prompt are read, what they print is not; without a prompt all of it is."""
    lines = body.splitlines()
    commands = [found[1] for line in lines if (found := _PROMPT.match(line))]
    return _shell("\n".join(commands) + "\n" if commands else body)


_BY_NAME: Mapping[Parse, tuple[str, ...]] = MappingProxyType(
    {
        _python: ("python", "python3", "py", "pycon"),
        _json: ("json",),
        _toml: ("toml",),
        _yaml: ("yaml", "yml"),
        _gdscript: ("gdscript", "gd", "godot"),
        _shell: ("sh", "bash"),
        _session: ("shell", "console", "shell-session", "sh-session"),
    }
)
PARSERS: Mapping[str, Parse] = MappingProxyType(
    {name: parse for parse, names in _BY_NAME.items() for name in names}
)
"""How each language is read, by the word after the fence."""
