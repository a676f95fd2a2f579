"""Preset: how one kind of command-line agent is started; data, so that a new one is a new entry.

Texts of `command`, `env` and `files` may hold these words in braces, and no others:

    prompt, prompt_file   the task, or the file in which it stands
    model                 the model's name, as its endpoint knows it
    url, base             the endpoint with `/v1`, and without
    home                  a folder of this session, the agent's HOME
    python, package       the interpreter that runs us, and the folder of `gastown`
"""

import re
import tomllib
from collections.abc import Mapping
from functools import reduce
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from gastown.agents.external.door import Wire
from gastown.errors import ConfigError
from gastown.stage import Frozen

WORDS = frozenset({"prompt", "prompt_file", "model", "url", "base", "home", "python", "package"})
FROM_OUTSIDE = frozenset({"PATH", "HOME", "TMPDIR", "LANG"})
NAME = r"^[a-z][a-z0-9_-]{0,31}$"

_WORD = re.compile(r"\{([a-z_]+)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(r"(?i)^(sk-|ghp_|github_pat_|AKIA|AIza)")


class Preset(Frozen):
    """One kind of agent. Commands are argument lists; there is no shell."""

    name: str = Field(pattern=NAME)
    command: tuple[str, ...] = Field(min_length=1)
    prompt: Literal["argument", "stdin", "file"] = "argument"
    wire: Wire
    env: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict, description="Made below HOME.")
    litter: tuple[str, ...] = Field(default=(), description="What it leaves in the worktree.")
    readable: tuple[str, ...] = Field(default=(), description="Where it is installed.")
    version: tuple[str, ...] = ()
    min_context: int = Field(default=0, ge=0, description="Tokens its own prompt wants.")
    rounds: int = Field(default=3, ge=1, le=20, description="How often it is sent back to work.")
    measured: str = Field(default="", description="What of this was really run, and when.")

    @field_validator("command", "version")
    @classmethod
    def _words_are_known(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        _check_words(texts)
        return texts

    @field_validator("env")
    @classmethod
    def _environment_is_ours(cls, env: dict[str, str]) -> dict[str, str]:
        for name, value in env.items():
            if not _VARIABLE.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a variable")
            if name in FROM_OUTSIDE or name.startswith("LD_"):
                raise ValueError(f"{name} is set by the jail; leave it out")
            if _SECRET.match(value):
                raise ValueError(
                    f"{name} looks like a key; no key enters the jail. The model's own key is in "
                    f"its Model Provider block and is added outside"
                )
        _check_words(env.values())
        return env

    @field_validator("files")
    @classmethod
    def _files_stay_below_home(cls, made: dict[str, str]) -> dict[str, str]:
        for path in made:
            if path.startswith("/") or ".." in path.split("/") or not path.strip():
                raise ValueError(f"{path!r}: give a path below the agent's home")
        _check_words(made.values())
        return made

    @model_validator(mode="after")
    def _prompt_arrives(self) -> "Preset":
        said = " ".join(self.command)
        wanted = {"argument": "{prompt}", "file": "{prompt_file}", "stdin": ""}[self.prompt]
        if wanted not in said:
            raise ValueError(f'command: prompt = "{self.prompt}" wants {wanted} in it')
        return self


def shipped() -> dict[str, Preset]:
    """The presets that come with the town, by name."""
    text = (files("gastown.agents.external") / "presets.toml").read_text(encoding="utf-8")
    return {name: _made(name, table) for name, table in tomllib.loads(text).items()}


def overlaid(name: str, given: Mapping[str, Any]) -> Preset:
    """The shipped preset `name` with the given fields in place of its own, or a new one.

    Raises:
        ConfigError: A field is wrong, or one that a new preset needs is missing; names each.
    """
    known = shipped().get(name)
    return _made(name, {**(known.model_dump(exclude={"name"}) if known else {}), **given})


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its words in braces replaced; every other brace stands for itself."""
    return _WORD.sub(lambda found: words.get(found[1], found[0]), text)


def _made(name: str, table: Mapping[str, Any]) -> Preset:
    try:
        return Preset.model_validate({"name": name, **table})
    except ValidationError as error:
        lines = [
            f"agents.{name}{_place(problem['loc'])}: {problem['msg']}" for problem in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None


def _place(where: tuple[int | str, ...]) -> str:
    return reduce(lambda said, part: f"{said}.{part}", where, "")


def _check_words(texts: Any) -> None:
    for text in texts:
        for word in _WORD.findall(text):
            if word not in WORDS:
                known = ", ".join(f"{{{one}}}" for one in sorted(WORDS))
                raise ValueError(f"{{{word}}} is no word that is filled in; there are {known}")
