"""Notice: what a stage elsewhere posts at its flow run: signs of life, then its report.

An artifact, so that it is read through the API alone; Prefect's results would need a storage that
both machines reach.
"""

import json
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from pydantic import ValidationError

from flows.server import asked, patiently
from gastown.burst.report import BurstReport
from gastown.errors import CapacityError, ServerAwayError

_KEY = "burst-report"
CLOSE_S = 600.0  # so long a report waits for a server that is away


@dataclass(slots=True)
class Notice:
    """The one artifact of a run; for its author."""

    run: UUID
    artifact: UUID
    beats: int = 0

    @classmethod
    def open(cls, run: UUID) -> "Notice":
        """Post the first sign of life."""
        first = ArtifactCreate(
            key=_KEY, type="json", data=_text(0), flow_run_id=run, description="A burst's report."
        )
        return cls(run, asked(lambda client: client.create_artifact(first).id))

    def beat(self) -> None:
        """One more sign of life; a server that is away misses it."""
        self.beats += 1
        with suppress(httpx.HTTPError, ServerAwayError):
            asked(lambda client: self._put(client, _text(self.beats)))

    def close(self, report: BurstReport) -> None:
        """Post the report; the work is done, so a server that is away is waited for."""
        said = _text(self.beats, report.model_dump(mode="json"))
        patiently(lambda client: self._put(client, said), threading.Event(), CLOSE_S)

    def _put(self, client: SyncPrefectClient, text: str) -> None:
        client.update_artifact(self.artifact, ArtifactUpdate(data=text))


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice as it is read: how many signs of life there were, and the report if it is done."""

    beats: int = -1
    report: BurstReport | None = None


def read_notice(client: SyncPrefectClient, run: UUID) -> Posted:
    """What a run has posted; nothing yet is no sign of life at all.

    Raises CapacityError when it makes no sense: that machine is not one of ours.
    """
    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    found = [one for one in client.read_artifacts(artifact_filter=wanted) if one.key == _KEY]
    if not found:
        return Posted()
    try:
        said: dict[str, Any] = json.loads(str(found[0].data))
        report = said.get("report")
        read = BurstReport.model_validate(report) if report else None
        return Posted(int(said["beat"]), read)
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise CapacityError(f"run {run} reports nonsense: {error}", kind="died") from None


def _text(beat: int, report: dict[str, Any] | None = None) -> str:
    return json.dumps({"beat": beat, "report": report})
