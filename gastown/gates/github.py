"""What a gate says of GitHub: which repository, run or pull request is meant. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gastown.errors import ConfigError

_NAME = r"[A-Za-z0-9][\w.-]{0,38}/[\w.-]{1,100}"
_REPO = re.compile(
    rf"(?:https?://(?:[^@/]+@)?|ssh://git@|git@)github\.com[/:]({_NAME}?)(?:\.git)?/?"
)
_RUN_URL = re.compile(rf"https?://[^/]+/({_NAME})/actions/runs/(\d{{1,18}})(?:/.*)?")
_PULL_URL = re.compile(rf"https?://[^/]+/({_NAME})/pull/(\d{{1,9}})(?:[/#?].*)?")
_HASH = re.compile(rf"(?:({_NAME}))?#?(\d{{1,18}})")
_HINT = re.compile(rf"(?:({_NAME}):)?(.*)")
BEFORE = timedelta(minutes=5)
"""A run that was over when the gate was opened is meant only if it had begun just before."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A run or pull request by number, or a run by its workflow's name; `repo` is owner/name."""

    repo: str
    number: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A workflow run as GitHub lists it."""

    id: int
    name: str
    path: str
    branch: str
    created: datetime
    ended: datetime | None = None


def repo_of(origin: str) -> str:
    """`owner/name` of a repository's address at GitHub; empty for one that lies elsewhere."""
    found = _REPO.fullmatch(origin.strip())
    return found[1] if found else ""


def pull_ref(await_id: str, repo: str) -> Ref:
    """`12`, `#12`, `owner/name#12`, or its address. Raises ConfigError."""
    said = await_id.strip()
    found = _PULL_URL.fullmatch(said) or _HASH.fullmatch(said)
    if found is None:
        raise ConfigError(f"gh:pr: {await_id!r} is no pull request; e.g. 12, owner/name#12")
    return Ref(_known(found[1] or repo, said), int(found[2]))


def run_ref(await_id: str, repo: str) -> Ref:
    """A run's number or address, or a workflow's name or file, `owner/name:` before it or not.

    Empty: whichever workflow. Raises ConfigError when the repository is not known.
    """
    said = await_id.strip()
    found = _RUN_URL.fullmatch(said) or _HASH.fullmatch(said)
    if found is not None:
        return Ref(_known(found[1] or repo, said), int(found[2]))
    hint = _HINT.fullmatch(said)
    if hint is None:
        raise ConfigError(f"gh:run: {await_id!r} is no run; e.g. 123, release.yml, owner/name:ci")
    return Ref(_known(hint[1] or repo, said), hint=hint[2].strip())


def awaited(hint: str, opened: datetime, branch: str, rows: Iterable[RunRow]) -> RunRow | None:
    """The run that a gate waits for, if it has begun.

    Of the workflow that the hint names (without one, of any on the rig's branch): the first that
    began since the gate was opened, else the last that was under way then, or had just begun.
    """
    fitting = [
        row
        for row in rows
        if (row.ended is None or row.ended >= opened or row.created >= opened - BEFORE)
        and (matches(hint, row) if hint else row.branch == branch)
    ]
    since = [row for row in fitting if row.created >= opened]
    if since:
        return min(since, key=lambda row: (row.branch != branch, row.created, row.id))
    return max(fitting, key=lambda row: (row.branch == branch, row.created, row.id), default=None)


def matches(hint: str, row: RunRow) -> bool:
    """Whether a hint names a run's workflow: by its name, or by its file with or without suffix."""
    wanted = _bare(hint.rsplit("/", 1)[-1])
    return wanted in {row.name.strip().lower(), _bare(row.name), _bare(row.path.rsplit("/", 1)[-1])}


def run_row(entry: dict[str, Any]) -> RunRow:
    """A run as GitHub's API words it. Raises KeyError, TypeError or ValueError for nonsense."""
    over = entry.get("status") == "completed"
    return RunRow(
        id=int(entry["id"]),
        name=str(entry.get("name") or ""),
        path=str(entry.get("path") or "").split("@", 1)[0],
        branch=str(entry.get("head_branch") or ""),
        created=_moment(entry["created_at"]),
        ended=_moment(entry["updated_at"]) if over else None,
    )


def _moment(said: Any) -> datetime:
    found = datetime.fromisoformat(str(said))
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def _bare(name: str) -> str:
    return name.strip().lower().removesuffix(".yml").removesuffix(".yaml")


def _known(repo: str, said: str) -> str:
    if not repo:
        raise ConfigError(
            f"{said!r}: which repository? The step has no rig whose origin is at GitHub; write "
            f"owner/name before it"
        )
    return repo
