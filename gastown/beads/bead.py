"""Bead: one issue, field-compatible with `bd`'s JSONL; a frozen value.

Field names and enums are those of a line in `.beads/issues.jsonl` (docs/decisions/0003).
Fields we do not know are kept in `model_extra` and written back.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

OPEN, IN_PROGRESS, BLOCKED, DEFERRED = "open", "in_progress", "blocked", "deferred"
CLOSED, PINNED, HOOKED = "closed", "pinned", "hooked"
STAGED = frozenset({"staged_ready", "staged_warnings"})
STATUSES = frozenset({OPEN, IN_PROGRESS, BLOCKED, DEFERRED, CLOSED, PINNED, HOOKED}) | STAGED
TOMBSTONE = "tombstone"
"""A deleted bead, as files of `bd` up to 0.50 hold it; never in a store."""

# fmt: off
TYPES = frozenset({
    "bug", "feature", "task", "epic", "chore", "decision", "message", "molecule", "gate",
    "spike", "story", "milestone", "event", "agent", "role", "rig", "convoy", "slot", "queue",
    "merge-request",
})
# fmt: on
TYPE_ALIASES = {
    "feat": "feature",
    "enhancement": "feature",
    "adr": "decision",
    "dec": "decision",
    "investigation": "spike",
    "timebox": "spike",
    "user-story": "story",
    "ms": "milestone",
}

MESSAGE = "message"
NUMBER = "number"
"""Key of a message's metadata: its place among all messages, whatever the clock did."""

BLOCKS, PARENT_CHILD, TRACKS = "blocks", "parent-child", "tracks"
REPLIES_TO = "replies-to"
CONDITIONAL_BLOCKS, WAITS_FOR = "conditional-blocks", "waits-for"
BLOCKING = frozenset({BLOCKS, PARENT_CHILD, CONDITIONAL_BLOCKS, WAITS_FOR})
# fmt: off
KINDS = BLOCKING | {
    TRACKS, "related", "relates-to", "discovered-from", REPLIES_TO, "duplicates", "supersedes",
    "authored-by", "assigned-to", "approved-by", "attests", "until", "caused-by", "validates",
    "delegated-from",
}
"""Kinds of edges that `bd` knows; a file may hold others."""
# fmt: on


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Dependency(_Line):
    """An edge: `issue_id` depends on `depends_on_id`. Any type up to 50 characters is kept."""

    issue_id: str
    depends_on_id: str
    type: str = BLOCKS
    created_at: datetime | None = None
    created_by: str = ""


class Comment(_Line):
    """A remark on a bead; old files hold integer ids."""

    id: str | int = ""
    issue_id: str = ""
    author: str = ""
    text: str = ""
    created_at: datetime | None = None


class Bead(_Line):
    """One issue. Times carry a zone; `closed_at` is set exactly when the status is closed."""

    id: str
    title: str
    description: str = ""
    design: str = ""
    acceptance_criteria: str = ""
    notes: str = ""
    status: str = OPEN
    priority: int = Field(default=2, ge=0, le=4)
    issue_type: str = "task"
    assignee: str = ""
    labels: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    comments: tuple[Comment, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)
    ephemeral: bool = False
    pinned: bool = False
    created_at: datetime
    created_by: str = ""
    updated_at: datetime
    closed_at: datetime | None = None
    close_reason: str = ""
    defer_until: datetime | None = None

    @property
    def prefix(self) -> str:
        """The ledger's prefix, without the hyphen: `hq` for `hq-cv-k3f`."""
        return self.id.split("-", 1)[0]

    @property
    def parent(self) -> str | None:
        """The bead this one is a child of."""
        edges = (d.depends_on_id for d in self.dependencies if d.type == PARENT_CHILD)
        return next(edges, None)

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids that must close before this bead may start."""
        return tuple(d.depends_on_id for d in self.dependencies if d.type == BLOCKS)


class Draft(BaseModel):
    """What a caller says of a bead that does not exist yet; the ledger gives id and times."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1, max_length=500)
    prefix: str = "hq"
    infix: str = Field(default="", description="`cv` makes `hq-cv-…`, `mol` makes `hq-mol-…`.")
    parent: str | None = Field(default=None, description="Gives a child id, `<parent>.<n>`.")
    description: str = ""
    design: str = ""
    acceptance_criteria: str = ""
    notes: str = ""
    priority: int = Field(default=2, ge=0, le=4)
    issue_type: str = "task"
    assignee: str = ""
    labels: tuple[str, ...] = ()
    needs: tuple[str, ...] = Field(default=(), description="Edges of type `blocks`.")
    tracks: tuple[str, ...] = Field(default=(), description="Edges of type `tracks`.")
    replies_to: tuple[str, ...] = Field(default=(), description="Edges of type `replies-to`.")
    metadata: dict[str, Any] = Field(default_factory=dict)
    ephemeral: bool = False
