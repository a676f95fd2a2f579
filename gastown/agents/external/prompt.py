"""What a command-line agent is told: its role card, its task, and how its session goes."""

from gastown.agents.brief import clip
from gastown.agents.paths import Fence
from gastown.agents.protocols import Job

FEEDBACK_CHARS = MAIL_CHARS = 6_000


def prompt_text(job: Job, fence: Fence, feedback: str = "", mail: str = "") -> str:
    """The whole prompt; `feedback` is code's verdict on what the last round left."""
    manner = (
        f"# How you work here\nYou are in the folder of the repository. Change files in it with "
        f"your own tools; {fence.rule()}. What you write elsewhere is taken back. You need no "
        f"git, no network and no question: nobody answers. To hand in, end. Code then looks at "
        f"the files; what you say counts for nothing."
    )
    again = f"# Not done yet\n{clip(feedback, FEEDBACK_CHARS)}" if feedback else ""
    return "\n\n".join(part for part in (job.system, manner, job.task, mail, again) if part)
