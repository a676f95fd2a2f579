"""Prompt: what the Mayor is told: rigs, what their Crew knows, what there is to spend, the idea."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from gastown.agents.brief import clip, material
from gastown.beads.bead import Bead
from gastown.planning.document import PlanDocument, as_answer
from gastown.planning.text import markdown
from gastown.retrieval.reply import Reply, replies_text

MOST_OPEN = 40
"""Open beads that are told, so that none is planned again."""
_PLAN_CHARS = 20_000
_PART = 0.3  # of a rig's room: for its README, its guide, and its files' names


@dataclass(frozen=True, slots=True)
class Sight:
    """What is shown of a rig: `text` is empty for one that this model may not see."""

    rig: str
    text: str


def sight_text(rig: str, files: Sequence[str], readme: str, guide: str, chars: int) -> str:
    """A rig in short, in about `chars` characters: README, guide, names of files."""
    part = max(1, int(chars * _PART))
    texts = {"README": readme, "guide": guide}
    parts = [
        material(f"{name} of the rig {rig}", clip(text, part))
        for name, text in texts.items()
        if text
    ]
    return "\n\n".join([*parts, material(f"files of the rig {rig}", _names(files, part))])


def _names(files: Sequence[str], chars: int) -> str:
    lengths = accumulate(len(file) + 1 for file in files)
    kept = sum(length <= chars for length in lengths)
    more = f"\n… and {len(files) - kept} more" if kept < len(files) else ""
    return "\n".join(files[:kept]) + more


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything the Mayor plans with. `means` are facts of machine, seats and money, a line each.

    `before` is the version that `remark` is about.
    """

    idea: str
    sights: Sequence[Sight]
    replies: Sequence[Reply]
    means: Sequence[str]
    open_beads: Sequence[Bead]
    may_ask: bool
    remark: str = ""
    before: PlanDocument | None = None


def task_text(briefing: Briefing) -> str:
    """The whole task, what changes least first."""
    names = ", ".join(sight.rig for sight in briefing.sights)
    parts = [
        f"Make a plan for the idea at the end. Rigs that it may touch: {names}.",
        *(sight.text or _unseen(sight.rig) for sight in briefing.sights),
        material("what there is to work with", "\n".join(f"- {line}" for line in briefing.means)),
        _open(briefing.open_beads),
        replies_text(list(briefing.replies)),
        _questions(may_ask=briefing.may_ask),
        material("the idea", briefing.idea),
        _revision(briefing),
    ]
    return "\n\n".join(part for part in parts if part)


def crew_question(idea: str) -> str:
    """What the Crew of each rig is asked before the Mayor plans."""
    return (
        f"What has this rig to do with: {clip(idea, 1_500)}\n\nName the files, classes and "
        "functions that it would build on or change, and what each of them does now."
    )


def _unseen(rig: str) -> str:
    return f"The rig {rig} is shown to no cloud model. Plan its beads by what the idea says of it."


def _open(beads: Sequence[Bead]) -> str:
    if not beads:
        return ""
    lines = "\n".join(f"- {bead.id} {bead.title}" for bead in beads[:MOST_OPEN])
    return material("open beads of these rigs, which are planned already", lines)


def _questions(*, may_ask: bool) -> str:
    if may_ask:
        return (
            "If you cannot plan without knowing more of a rig, put questions to its Crew in "
            "`questions`; what else you hand in is not read then, and you are asked again."
        )
    return "No more questions: hand in the plan, with what is not known as a risk."


def _revision(briefing: Briefing) -> str:
    if briefing.before is None:
        return ""
    known = briefing.before.model_copy(update={"knowledge": ()})  # stands above, if it may
    return "\n\n".join(
        [
            material("the plan so far", clip(markdown(known), _PLAN_CHARS)),
            material("the same as it was handed in", as_answer(briefing.before).model_dump_json()),
            material("what a person says of it", briefing.remark),
            "Hand in the whole plan anew. Change what the remark asks for, keep keys that stay.",
        ]
    )
