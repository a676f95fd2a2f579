"""Tools: the hands of an agent in one worktree. Every refusal is something the agent sees."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gastown.agents.edits import EditError, near_path, refuse_elided, replace
from gastown.agents.globs import matches
from gastown.agents.pack import pack_files
from gastown.agents.paths import Fence
from gastown.agents.protocols import Observation, Pack
from gastown.agents.schemas import function_of, problems_of
from gastown.agents.search import SearchError, search
from gastown.errors import PathRefusedError

MAX_LISTED = 400
MAX_READ = 400  # lines of one reading


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")
    does: ClassVar[str] = ""


class NoArguments(_Arguments):
    """A verb of the rig takes none."""


class ListFiles(_Arguments):
    """Arguments of list_files."""

    does = "List the repository's files."
    pattern: str = Field(default="**", description="Glob, e.g. `src/**` or `**/*.py`.")


class ReadFile(_Arguments):
    """Arguments of read_file."""

    does = f"Read a file, at most {MAX_READ} lines at once."
    path: str
    start: int = Field(default=1, ge=1, description="First line.")
    end: int | None = Field(default=None, ge=1, description="Last line.")


class Search(_Arguments):
    """Arguments of search."""

    does = "Find lines that match a regular expression."
    pattern: str = Field(min_length=1)
    files: str = Field(default="**", description="Glob of the files to look in.")


class WriteFile(_Arguments):
    """Arguments of write_file."""

    does = "Write a whole file: a new one, or every line of an old one."
    path: str
    content: str


class EditFile(_Arguments):
    """Arguments of edit_file."""

    does = "Replace one place in a file."
    path: str
    search: str = Field(description="Whole lines, exactly as in the file, found once in it.")
    replace: str = Field(description="What shall stand there instead.")


class WorktreeTools:
    """An Environment over a worktree; `verbs` are the rig's own commands, each without arguments.

    `focus` names the files (globs) a model without tools is shown first.
    """

    def __init__(
        self,
        root: Path,
        *,
        writable: tuple[str, ...] = ("**",),
        read_only: tuple[str, ...] = (),
        verbs: Mapping[str, Callable[[], str]] | None = None,
        focus: tuple[str, ...] = (),
    ) -> None:
        self.fence = Fence(root, writable, read_only)
        self._verbs = dict(verbs or {})
        self._focus = focus

    def schemas(self) -> tuple[Mapping[str, Any], ...]:
        """The tools on offer; without a writable path, none that writes."""
        offered = {name: arguments for name, (arguments, _) in self._tools().items()}
        return tuple(
            function_of(name, arguments.does or f"Run the repository's `{name}`.", arguments)
            for name, arguments in offered.items()
        )

    def execute(self, name: str, arguments: Mapping[str, Any]) -> Observation:
        """Run a tool. Refusals, unknown tools and wrong arguments are observations."""
        tools = self._tools()
        if name not in tools:
            return Observation(f"No tool {name!r}; there are: {', '.join(tools)}", "malformed")
        shape, run = tools[name]
        try:
            return Observation(run(shape.model_validate(dict(arguments))))
        except ValidationError as error:
            return Observation(f"{name}: {problems_of(error)}", "malformed")
        except (PathRefusedError, EditError, SearchError) as error:
            return Observation(f"{name} refused: {error}", "refused")

    def pack(self, chars: int) -> Pack:
        """The focus files, then what may be written, then the rest, as far as `chars` reach."""
        return pack_files(self.fence, self._focus, chars)

    def _tools(self) -> dict[str, tuple[type[_Arguments], Callable[[Any], str]]]:
        reading: dict[str, tuple[type[_Arguments], Callable[[Any], str]]] = {
            "list_files": (ListFiles, self._list),
            "read_file": (ReadFile, self._read),
            "search": (Search, self._search),
        }
        if self.fence.writable:
            reading["write_file"] = (WriteFile, self._write)
            reading["edit_file"] = (EditFile, self._edit)
        for name, verb in self._verbs.items():
            reading[name] = (NoArguments, lambda _, run=verb: run())
        return reading

    def _list(self, asked: ListFiles) -> str:
        found = [file for file in self.fence.files() if matches(file, [asked.pattern])]
        more = len(found) - MAX_LISTED
        listed = "\n".join(found[:MAX_LISTED]) + (f"\n… and {more} more" if more > 0 else "")
        return listed or f"no file matches {asked.pattern}"

    def _read(self, asked: ReadFile) -> str:
        path = self._near(asked.path)
        lines = self.fence.read(path).split("\n")
        end = min(asked.end or len(lines), asked.start + MAX_READ - 1, len(lines))
        shown = "\n".join(lines[asked.start - 1 : end])
        if path == asked.path and asked.start == 1 and end == len(lines):
            return shown or "(the file is empty)"
        return f"{path}, lines {asked.start} to {end} of {len(lines)}:\n{shown}"

    def _search(self, asked: Search) -> str:
        files = [file for file in self.fence.files() if matches(file, [asked.files])]
        found = search(self.fence.root.resolve(), files, asked.pattern)
        return found or f"no line matches {asked.pattern!r}"

    def _write(self, asked: WriteFile) -> str:
        refuse_elided(asked.content, self._before(asked.path))
        return f"wrote {self.fence.write(asked.path, asked.content)}"

    def _edit(self, asked: EditFile) -> str:
        path = self._near(asked.path)
        before = self.fence.read(path)
        after = replace(before, asked.search, asked.replace)
        if after == before:
            return f"{path} already reads so; nothing changed"
        return f"edited {self.fence.write(path, after)}"

    def _before(self, path: str) -> str:
        try:
            return self.fence.read(path)
        except PathRefusedError:
            return ""

    def _near(self, path: str) -> str:
        """The file that is meant, where `path` is nearly one; else `path`, and its refusal."""
        place = self.fence.place(path)
        return path if (self.fence.root / place).exists() else near_path(path, self.fence.files())
