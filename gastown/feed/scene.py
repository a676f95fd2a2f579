"""Scene: what a page of events is told with: a few facts of each bead in it, and of their convoys.

Read by value, not bead by bead: a molecule's bead holds its whole plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gastown.beads.bead import TRACKS
from gastown.beads.ledger import Event, Ledger
from gastown.convoys.convoy import CONVOY

_PATHS = (
    "title",
    "issue_type",
    "assignee",
    "metadata.role",
    "metadata.rig",
    "metadata.bead",
    "metadata.key",
    "metadata.kind",
    "metadata.convoy",
    "metadata.assembly",
    "metadata.from",
    "metadata.about",
    "metadata.evidence.commit",
    "metadata.plan.formula",
    "metadata.escalation.severity",
    "metadata.escalation.category",
    "metadata.escalation.about",
    "metadata.escalation.rig",
)


class Glance(NamedTuple):
    """What is told of a bead; a text is empty where it says nothing."""

    title: str = ""
    issue_type: str = ""
    assignee: str = ""
    role: str = ""
    rig: str = ""
    bead: str = ""
    key: str = ""
    kind: str = ""
    convoy: str = ""
    assembly: str = ""
    sender: str = ""
    about: str = ""
    commit: str = ""
    formula: str = ""
    severity: str = ""
    category: str = ""


NOTHING = Glance()


@dataclass(frozen=True, slots=True)
class Scene:
    """`rigs` names the rig of each prefix, `convoys` the newest convoy of each bead."""

    beads: Mapping[str, Glance] = field(default_factory=dict[str, Glance])
    convoys: Mapping[str, str] = field(default_factory=dict[str, str])
    rigs: Mapping[str, str] = field(default_factory=dict[str, str])

    def look(self, event: Event) -> Glance:
        """The event's bead; of one that is gone, what its making told."""
        found = self.beads.get(event.bead)
        if found is None:
            said = {name: str(event.data.get(name, "")) for name in ("title", "issue_type")}
            return Glance(**said)
        return found

    def root(self, bead: str) -> Glance:
        """What a step, or a gate, is a child of."""
        return self.beads.get(root_of(bead), NOTHING)

    def title(self, bead: str) -> str:
        """A bead's title; empty for one that is not known."""
        return self.beads.get(bead, NOTHING).title

    def rig_of(self, bead: str) -> str:
        """The rig whose prefix a bead carries; empty for the town's own."""
        return self.rigs.get(bead.split("-", 1)[0], "")


def root_of(bead: str) -> str:
    """The topmost bead above this one: `hq-mol-a3f` of `hq-mol-a3f.7`."""
    return bead.split(".", 1)[0]


def glances(ledger: Ledger, beads: Iterable[str]) -> dict[str, Glance]:
    """The beads, what they stand under, and what those name: bead, convoy, what a letter is of."""
    asked = {*beads}
    found = _read(ledger, asked | {root_of(bead) for bead in asked})
    named = {name for one in found.values() for name in (one.bead, one.convoy, one.about) if name}
    return {**_read(ledger, named - found.keys()), **found}


def travellers(ledger: Ledger) -> dict[str, str]:
    """The newest convoy of each bead that travels, or did."""
    return {
        edge.depends_on_id: convoy.id
        for convoy in ledger.find(issue_type=CONVOY)
        for edge in convoy.dependencies
        if edge.type == TRACKS
    }


def _read(ledger: Ledger, beads: Iterable[str]) -> dict[str, Glance]:
    return {bead: _glance(values) for bead, values in ledger.glimpse(beads, _PATHS).items()}


def _glance(values: Sequence[Any]) -> Glance:
    """Values in the order of the paths; an escalation says in its record what it is about."""
    *own, about, rig = map(_text, values)
    found = Glance(*own)
    return found._replace(about=found.about or about, rig=found.rig or rig)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
