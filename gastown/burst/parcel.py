"""Parcel: all that a foreign machine is told beside the request; a value without paths or secrets.

The rig is reached as a git remote: the commits to start from lie there as branches, and the work
comes back as one more. Keys never travel: the model's row names a block, which the worker loads.
"""

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator, model_validator

from gastown.beads.bead import Bead
from gastown.burst.baggage import Baggage
from gastown.stage import Frozen, StageRequest
from gastown.town.tables.limits import LimitsTable
from gastown.town.tables.models import ModelTable
from gastown.town.tables.rigs import RigTable

Spot = Literal["main", "tests", "work"]
"""Where a stage begins: the rig's main branch, the convoy's tests, the branch it works on."""

_URL = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*://[^/\s]+/\S*|[\w.-]+@[\w.-]+:(?!/{2})\S+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def is_remote(url: str) -> bool:
    """Whether another machine can use it: a URL or `user@host:path`, no folder of this machine."""
    return _URL.fullmatch(url) is not None


class Parcel(Frozen):
    """What a stage needs elsewhere. `refs` are the commits that it starts from."""

    town: str = Field(description="The town's name, for authors of commits.")
    rig: str
    table: RigTable = Field(description="The rig's table; its origin is the remote.")
    refs: Mapping[Spot, str]
    beads: tuple[Bead, ...] = Field(description="The convoy, its beads of this rig, their needs.")
    model: ModelTable | None = None
    limits: LimitsTable = LimitsTable()
    card: str = Field(default="", description="The rig's or town's own card of the role, if any.")
    directives: str = Field(default="", description="What town and rig tell the role beside it.")
    baggage: Baggage = Baggage()

    @field_validator("refs")
    @classmethod
    def _are_commits(cls, refs: Mapping[Spot, str]) -> Mapping[Spot, str]:
        for spot, commit in refs.items():
            if not _COMMIT.fullmatch(commit):
                raise ValueError(f"{spot}: {commit!r} is no commit id")
        if "main" not in refs:
            raise ValueError("main: a stage starts from the rig's main branch")
        return refs

    @model_validator(mode="after")
    def _holds_no_path(self) -> "Parcel":
        if not is_remote(self.table.origin):
            raise ValueError(f"table.origin: {self.table.origin!r} is no git remote")
        if self.table.gauge.engine:
            raise ValueError("table.gauge.engine: a worker finds its own engine")
        return self

    @property
    def remote(self) -> str:
        """Where the rig is."""
        return self.table.origin


def clean(bead: Bead) -> Bead:
    """A bead as it travels: what it asks for and what it needs, not who did what with it here."""
    kept = {"id", "title", "description", "design", "acceptance_criteria", "notes", "status"}
    kept |= {"priority", "issue_type", "labels", "dependencies", "created_at", "updated_at"}
    return Bead.model_validate(bead.model_dump(include=kept | {"closed_at"}))


def travelling(request: StageRequest, town: str) -> StageRequest:
    """The request without the path of the town that it was made in."""
    return request.model_copy(update={"town": town})


def prefix_of(step: str) -> str:
    """Under which branches of the remote all attempts at a step lie."""
    return f"burst/{re.sub(r'[^A-Za-z0-9_-]+', '-', step)}"


def start_branch(request: StageRequest, spot: Spot) -> str:
    """The branch of the remote where an attempt finds a commit to start from."""
    return f"{prefix_of(request.step)}/{request.token}/from/{spot}"


def work_branch(request: StageRequest) -> str:
    """The branch of the remote that an attempt's work comes back as."""
    return f"{prefix_of(request.step)}/{request.token}/work"
