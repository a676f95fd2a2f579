"""What a command-line agent is told: its role card, its task, and how its session goes."""

from pathlib import Path

from gastown.agents.brief import clip
from gastown.agents.paths import Fence
from gastown.agents.protocols import Job

FEEDBACK_CHARS = MAIL_CHARS = 6_000


def prompt_text(
    job: Job, fence: Fence, feedback: str = "", mail: str = "", note: Path | None = None
) -> str:
    """The whole prompt.

    Args:
        job: What is to be done.
        fence: Where it may write.
        feedback: Code's verdict on what the last round left.
        mail: Letters that came.
        note: Where it may leave a word for whoever goes on.
    """
    manner = (
        f"# How you work here\nYou are in the folder of the repository. Change files in it with "
        f"your own tools; {fence.rule()}. What you write elsewhere is taken back. You need no "
        f"git, no network and no question: nobody answers. To hand in, end. Code then looks at "
        f"the files; what you say counts for nothing."
    )
    left = f"If you cannot finish, write into {note} what whoever goes on has to know."
    last = left if note is not None else ""
    again = f"# Not done yet\n{clip(feedback, FEEDBACK_CHARS)}" if feedback else ""
    return "\n\n".join(part for part in (job.system, manner, job.task, last, mail, again) if part)
