"""Facts: what is known of a gate when it is judged; whoever gathers them decides nothing."""

from datetime import datetime
from typing import Any

from pydantic import Field

from gastown.stage import Frozen


class Answer(Frozen):
    """What a person said, in the UI's form, by `town gate resolve`, or by mail."""

    approved: bool = True
    by: str = ""
    via: str = Field(default="", description="form, town gate, mail; with what identifies it.")
    comment: str = ""
    output: dict[str, Any] = Field(default_factory=dict, description="Checked; the step's output.")


class RunFact(Frozen):
    """A workflow run at GitHub: `status` queued, in_progress, completed …; then `conclusion`."""

    repo: str
    id: int
    name: str = ""
    status: str = ""
    conclusion: str = ""
    url: str = ""


class PullFact(Frozen):
    """A pull request at GitHub."""

    repo: str
    number: int
    state: str = Field(default="", description="open or closed, as GitHub says it.")
    merged: bool = False
    title: str = ""
    url: str = ""
    commit: str = Field(default="", description="Of the merge.")


class BeadFact(Frozen):
    """A bead that is waited for; `closed` with its reason."""

    id: str
    closed: bool = False
    reason: str = ""


class Facts(Frozen):
    """All of it. What was not looked at is None; `trouble` is why a look outside is in vain."""

    opened: datetime
    answer: Answer | None = None
    mail: Answer | None = None
    run: RunFact | None = None
    pull: PullFact | None = None
    bead: BeadFact | None = None
    condition: bool | None = None
    trouble: str = ""
