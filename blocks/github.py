"""GithubLook: what GitHub says of a workflow run or a pull request, asked politely.

Each question carries the ETag of the last answer, so that one to which nothing has changed costs no
part of the limit. A limit that is used up is told as the moment to come again.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from blocks.sources.door import Answer, Door, Throttled
from blocks.sources.taken import listed
from gastown.errors import SourceError
from gastown.gates.facts import PullFact, RunFact
from gastown.gates.github import Ref, RunRow, awaited, run_row
from gastown.gates.record import Sight

_PAGE = 50


@dataclass(frozen=True, slots=True)
class GithubLook:
    """Looks; `before` is what was seen last. Every look raises SourceError when it is in vain."""

    door: Door

    def run(self, ref: Ref, opened: datetime, branch: str, before: Sight) -> Sight:
        """A run by its number, or the one of a workflow that began about when the gate opened."""
        if before.run is not None or ref.number:
            number = before.run.id if before.run else ref.number
            return self._one_run(Ref(ref.repo, number), before)
        asked = {"per_page": str(_PAGE), **({} if ref.hint else {"branch": branch})}
        place = f"repos/{ref.repo}/actions/runs?{urlencode(asked)}"
        answer = self._asked(place, before)
        if isinstance(answer, Sight):
            return answer
        found = awaited(ref.hint, opened, branch, _rows(answer))
        if found is None:
            return Sight(etag=answer.headers.get("etag", ""), wait_until=answer.until)
        return self._one_run(Ref(ref.repo, found.id), Sight())

    def pull(self, ref: Ref, before: Sight) -> Sight:
        """A pull request."""
        answer = self._asked(f"repos/{ref.repo}/pulls/{ref.number}", before)
        if isinstance(answer, Sight):
            return answer
        said = _table(answer)
        fact = PullFact(
            repo=ref.repo,
            number=ref.number,
            state=str(said.get("state") or ""),
            merged=said.get("merged") is True or bool(said.get("merged_at")),
            title=str(said.get("title") or ""),
            url=str(said.get("html_url") or ""),
            commit=str(said.get("merge_commit_sha") or ""),
        )
        return Sight(etag=answer.headers.get("etag", ""), pull=fact, wait_until=answer.until)

    def _one_run(self, ref: Ref, before: Sight) -> Sight:
        answer = self._asked(f"repos/{ref.repo}/actions/runs/{ref.number}", before)
        if isinstance(answer, Sight):
            return answer
        said = _table(answer)
        fact = RunFact(
            repo=ref.repo,
            id=ref.number,
            name=str(said.get("name") or ""),
            status=str(said.get("status") or ""),
            conclusion=str(said.get("conclusion") or ""),
            url=str(said.get("html_url") or ""),
        )
        return Sight(etag=answer.headers.get("etag", ""), run=fact, wait_until=answer.until)

    def _asked(self, place: str, before: Sight) -> Answer | Sight:
        """An answer, or what was seen before where it is so still, or cannot be asked now."""
        try:
            conditions = {"If-None-Match": before.etag} if before.etag else None
            answer = self.door.get(place, conditions)
        except Throttled as wish:
            return before.model_copy(update={"wait_until": wish.until})
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return before.model_copy(update={"wait_until": answer.until})
        return answer


def _rows(answer: Answer) -> list[RunRow]:
    """The runs that make sense."""
    found: list[RunRow] = []
    for entry in listed(_table(answer).get("workflow_runs"), answer.url):
        with suppress(KeyError, TypeError, ValueError, AttributeError, OverflowError):
            found.append(run_row(entry))
    return found


def _table(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise SourceError(f"{answer.url}: answers no table where one should be", retryable=True)
    return cast("dict[str, Any]", found)
