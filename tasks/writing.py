"""Writing: how the Librarian's model brings a tree's documentation up to date, judged by code.

Its links must lead somewhere, its code blocks must parse, and where a section is kept, nothing
outside it may change. What was wrong before is told, not held against the model.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from gastown.agents.answers import Submission
from gastown.agents.brief import material
from gastown.agents.paths import Fence
from gastown.agents.prose import one_line
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.documents.answer import Written
from gastown.documents.check import check_pages, pages_of
from gastown.documents.fault import Fault, fresh
from gastown.documents.invented import invented
from gastown.documents.section import find_section, with_section
from gastown.errors import ConfigError, PathRefusedError, StageFailedError
from gastown.rigs.gauge.steering import steering_files
from gastown.rigs.git import Repo
from gastown.rigs.violations import violations
from gastown.town.tables.rigs import RigTable
from tasks.desk import Desk

SHOWN = 20  # faults that a model, or a record, is shown


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A worktree whose documentation is to be written, as it was before."""

    repo: Repo
    base: str
    table: RigTable
    before: tuple[Fault, ...]

    @classmethod
    def open(cls, repo: Repo, table: RigTable) -> "Manuscript":
        """The worktree as it lies there: clean, at the commit from which the change starts."""
        return cls(repo, repo.head(), table, standing_faults(repo, table))

    @property
    def steering(self) -> tuple[str, ...]:
        """Files that decide how tests run; nobody may write them."""
        return steering_files(self.table.gauge)

    def judge(self) -> tuple[str, ...]:
        """What is wrong with everything that was changed since, in words; empty if all is well."""
        broken = violations(self.repo.path, self.base, writable(self.table), self.steering)
        if broken:
            return broken
        faults = fresh(standing_faults(self.repo, self.table), self.before)
        return (*self._outside(), *map(str, faults[:SHOWN]))

    def _outside(self) -> tuple[str, ...]:
        """Whether the page was changed outside the town's section."""
        readme = self.table.readme
        if readme.kept != "section":
            return ()
        now = page_text(self.repo, readme.file)
        was = self.repo.show_file(self.base, readme.file) or ""
        try:
            section = find_section(now)
            same = section and with_section(was, section.body, title=readme.title) == now
        except ConfigError as error:
            return (f"{readme.file}: {error}",)
        return () if same else (f"{readme.file}: was changed outside the town's section",)


def writable(table: RigTable) -> tuple[str, ...]:
    """Globs of what the Librarian may write."""
    return table.docs if table.readme.kept == "whole" else (table.readme.file,)


def standing_faults(repo: Repo, table: RigTable) -> tuple[Fault, ...]:
    """Faults of the documentation as it lies in a worktree."""
    new = [path for path in repo.status() if (repo.path / path).is_file()]
    docs = (*table.docs, table.readme.file)
    return check_pages(repo.path, pages_of(sorted({*repo.files(), *new}), docs))


def write(desk: Desk, script: Manuscript, rig: str, facts: str) -> str:
    """Let the model write into the worktree; nothing is committed. What it says it did.

    Args:
        desk: Whose model it is.
        script: Where it writes.
        rig: The rig in short.
        facts: What happened: what was asked for, and the diff.

    Raises:
        ConfigError: The page's own comments do not pair up; a person must mend them.
        StageFailedError: No text of its passed; the last faults are named.
    """
    parts = [rig, _duty(script.table), *_known(script), facts]
    if script.table.readme.kept == "section":
        return _write_section(desk, script, parts)
    return _write_pages(desk, script, "\n\n".join(parts))


def require_sound(script: Manuscript) -> None:
    """Raise StageFailedError for a change, made here or elsewhere, that is not what it may be."""
    broken = script.judge()
    if broken:
        raise StageFailedError(f"the documentation is refused: {'; '.join(broken)}")


def page_text(repo: Repo, file: str) -> str:
    """A page as it lies in the worktree; empty when there is none. Raises ConfigError."""
    if not os.path.lexists(repo.path / file):
        return ""
    try:
        return Fence(repo.path).read(file)
    except PathRefusedError as error:
        raise ConfigError(f"[readme] file: {error}") from None


def _known(script: Manuscript) -> list[str]:
    faults = "\n".join(map(str, script.before[:SHOWN]))
    return [material("faults of the documentation now", faults)] if faults else []


def _duty(table: RigTable) -> str:
    if table.readme.kept == "section":
        return (
            f"Write the section {table.readme.title!r} of {table.readme.file} anew: what its "
            f"users will notice of the changes below, the newest first, and what of the old "
            f"section still holds. Nothing that the material does not show."
        )
    return f"Bring {', '.join(table.docs)} in line with the change below, for its users."


def _write_pages(desk: Desk, script: Manuscript, task: str) -> str:
    docs = script.table.docs

    def verify(_: object) -> Check:
        broken = script.judge()
        missing = [] if script.repo.status() else [f"Nothing has changed in {', '.join(docs)}."]
        return _check([*broken, *missing])

    root = script.repo.path
    tools = WorktreeTools(root, writable=docs, read_only=script.steering, focus=docs)
    outcome = desk.session(task, environment=tools, output=Submission, verify=verify)
    assert isinstance(outcome.answer, Submission)  # noqa: S101 — the loop validated it
    return one_line(outcome.answer.summary)


def _write_section(desk: Desk, script: Manuscript, parts: Sequence[str]) -> str:
    """The model hands in the section's text; code puts it between the comments."""
    readme, text = script.table.readme, page_text(script.repo, script.table.readme.file)
    try:
        standing = find_section(text)
    except ConfigError as error:
        raise ConfigError(f"{readme.file}: {error}; mend it by hand") from None
    old = [material("the section as it is", standing.body)] if standing else []
    task = "\n\n".join([*parts, *old])
    fence = Fence(script.repo.path, writable=(readme.file,))

    def verify(answer: BaseModel | None) -> Check:
        body = answer.body if isinstance(answer, Written) else ""
        try:
            made = with_section(text, body, title=readme.title)
        except ConfigError as error:
            return Check(ok=False, feedback=str(error))
        if made == text:
            return Check(ok=False, feedback="The section reads as before; nothing has changed.")
        fence.write(readme.file, made)
        unknown = invented(body, task, script.table.prefix)
        said = [f"{name}: the material names no such commit or bead" for name in unknown]
        return _check([*said, *script.judge()])

    outcome = desk.session(task, output=Written, verify=verify)
    assert isinstance(outcome.answer, Written)  # noqa: S101 — the loop validated it
    return one_line(outcome.answer.summary)


def _check(faults: Sequence[str]) -> Check:
    return Check(ok=not faults, feedback="\n".join(faults))
