"""Prompt: what the Crew's model is shown of a rig, and what it is told when words do not hold."""

from collections.abc import Sequence

from gastown.agents.brief import clip, material
from gastown.retrieval.find import numbered
from gastown.retrieval.passages import Passage

_HARDLY = "No passage of the rig shares a word with the question."


def task_text(
    name: str, question: str, files: Sequence[str], passages: Sequence[Passage], chars: int
) -> str:
    """The whole task, what changes least first; the names of files take `chars` characters."""
    listed = clip("\n".join(files), chars)
    parts = [
        f"Answer the question at the end about the rig {name}, from its passages.",
        material(f"files of the rig {name}", listed),
        passages_text(passages) or _HARDLY,
        material("the question", question),
    ]
    return "\n\n".join(parts)


def passages_text(passages: Sequence[Passage]) -> str:
    """Passages as they are quoted to a model: each line with its number."""
    return "\n\n".join(
        material(f"{one.file}, lines {one.first} to {one.last}", numbered(one)) for one in passages
    )


def more_text(passages: Sequence[Passage], *, last: bool) -> str:
    """The answer to a wish to look for other words."""
    if not passages:
        return "Nothing else was found for these words. Answer, or let the verdict be unknown."
    end = "\n\nThis was the last look: answer, or let the verdict be unknown." if last else ""
    return f"{passages_text(passages)}{end}"


def faults_text(faults: Sequence[str]) -> str:
    """Why an answer is sent back."""
    told = "\n".join(f"- {fault}" for fault in faults)
    return f"Your answer is not given out, for code found:\n{told}\nSet it right, or say unknown."
