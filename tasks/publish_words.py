"""What a role said outside a convoy, as a Prefect artifact of the run that asked for it."""

import re

from prefect.artifacts import create_markdown_artifact

from gastown.planning.document import PlanDocument
from gastown.planning.text import markdown
from gastown.retrieval.reply import Reply

_UNFIT = re.compile(r"[^a-z0-9]+")


def publish_replies(replies: list[Reply]) -> None:
    """The Crew's answers with the places that they rest on; a version for each run."""
    text = "\n\n".join(reply.markdown for reply in replies)
    known = sum(reply.answered for reply in replies)
    create_markdown_artifact(
        markdown=text,
        key=f"crew-{_slug(replies[0].rig)}",
        description=f"{known} of {len(replies)} questions answered",
    )


def publish_plan(plan: PlanDocument) -> None:
    """The plan as it is kept, and how to sling it; a version for each revision."""
    create_markdown_artifact(
        markdown=f"{markdown(plan)}\n---\n`town plan sling {plan.id}`",
        key=plan.id,
        description=f"{plan.title}, version {plan.version}",
    )


def _slug(name: str) -> str:
    return _UNFIT.sub("-", name.lower()).strip("-") or "rig"
