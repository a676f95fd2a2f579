"""AuditionTask: one piece of work of a role, small, with a check that its model never sees."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from gastown.auditions.expect import Expectation
from gastown.auditions.picture import Picture
from gastown.errors import ConfigError, NotFoundError
from gastown.stage import Frozen
from gastown.town.tables.rigs import GaugeTable

SETS = Path(__file__).resolve().parent / "sets"
BASES = Path(__file__).resolve().parent / "bases"

GAUGES: Mapping[str, GaugeTable] = MappingProxyType(
    {"python": GaugeTable(kind="pytest"), "gdscript": GaugeTable(kind="godot-script")}
)

Role = Literal[
    "assistant",
    "bug-scout",
    "crew",
    "defender",
    "librarian",
    "mayor",
    "oracle",
    "polecat",
    "refinery",
    "spotter",
    "watchdog",
]
"""Roles for which tasks ship; a literal, so that forms offer them."""

Form = Literal["change", "tests", "answer"]
Difficulty = Literal["easy", "medium", "hard"]
Files = Mapping[str, str]


class AuditionTask(Frozen):
    """A rig of a few files and what is asked of it.

    Attributes:
        form: `change` writes code, judged by hidden tests; `tests` writes tests, judged by code
            that does what is asked and code that does not; `answer` is judged by `expect`.
        hidden: Files laid over the work to judge it.
        solution: What does it right; for `tests` never shown.
        wrong: Attempts that must be found out, each as files (or one answer, under "answer").
        change: What the rig's files are changed to by the work under review.
        pictures: What is shown beside the text.
        shape: The answer's type, by its name in `shapes.py`.
    """

    key: str
    role: str
    language: Literal["python", "gdscript", "any"] = "any"
    difficulty: Difficulty
    form: Form
    title: str = Field(min_length=1)
    task: str = Field(min_length=1)
    acceptance: str = ""
    gauge: GaugeTable | None = None
    files: Files = Field(default_factory=dict[str, str])
    change: Files = Field(default_factory=dict[str, str])
    hidden: Files = Field(default_factory=dict[str, str])
    solution: Files = Field(default_factory=dict[str, str])
    wrong: tuple[Files, ...] = ()
    pictures: tuple[Picture, ...] = ()
    shape: str = ""
    expect: tuple[Expectation, ...] = ()

    @model_validator(mode="after")
    def _can_be_judged(self) -> "AuditionTask":
        needed = {
            "change": ("hidden", "solution"),
            "tests": ("solution", "wrong"),
            "answer": ("shape", "expect"),
        }[self.form]
        if self.form != "answer" and self.gauge is None and self.language not in GAUGES:
            needed = (*needed, "gauge")
        if missing := [name for name in needed if not getattr(self, name)]:
            raise ValueError(f'form "{self.form}" needs {", ".join(missing)}')
        for name in self._names():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or ".git" in path.parts:
                raise ValueError(f"{name!r} is no file in the rig")
        return self

    def _names(self) -> Iterable[str]:
        answers = self.form == "answer"
        for files in (self.files, self.change, self.hidden, *((self.solution,) * (not answers))):
            yield from files
        if not answers:
            for files in self.wrong:
                yield from files

    @property
    def table(self) -> GaugeTable:
        """How its tests run; as its language's do, where it says nothing else."""
        return self.gauge or GAUGES.get(self.language, GAUGES["python"])

    def rig(self) -> Files:
        """The files it begins with."""
        return {**_base(self.language), **self.files}


def load_tasks(role: str, own: Path | None = None) -> tuple[AuditionTask, ...]:
    """A role's tasks, easy ones first: ours, or those in a folder of your own.

    Raises:
        NotFoundError: There are none; names the roles that have some.
        ConfigError: A file cannot be followed: file, key, reason.
    """
    folder = own if own is not None else SETS / role
    files = sorted(folder.glob("*.toml"))
    if not files:
        known = ", ".join(roles()) if own is None else "expected NAME.toml"
        raise NotFoundError(f"{folder}: no tasks for the role {role!r}; there are: {known}")
    order = {"easy": 0, "medium": 1, "hard": 2}
    return tuple(sorted((_task(role, file) for file in files), key=lambda t: order[t.difficulty]))


def roles() -> tuple[Role, ...]:
    """Roles for which tasks ship."""
    return get_args(Role)


def _task(role: str, file: Path) -> AuditionTask:
    try:
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        return AuditionTask.model_validate({"key": file.stem, "role": role, **document})
    except (OSError, ValueError) as error:
        if not isinstance(error, ValidationError):
            raise ConfigError(f"{file}: {error}") from None
        lines = [
            f"{file}: {'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}"
            for one in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None


def _base(language: str) -> Files:
    """What every rig of a language has: none but GDScript's needs anything to run its tests."""
    folder = BASES / language
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
