"""PlanAnswer: what the Mayor hands in; `gastown.planning.check` says whether it can be a plan."""

from typing import Annotated, Literal

from pydantic import Field

from gastown.agents.answers import FEW, Answer, Paragraph, Text, Title


class RigPart(Answer):
    """What a plan does to one rig."""

    rig: Title = Field(description="Name of the rig.")
    change: Paragraph = Field(description="What will be different in it, in a sentence or two.")


class PlannedBead(Answer):
    """One piece of work on one rig, for one worker."""

    key: Title = Field(description="Its short name in this plan: lower case, digits, hyphens.")
    rig: Title = Field(description="The one rig it changes.")
    title: Title = Field(description="What is to be done, in one line.")
    description: Text = Field(description="All that its worker must know; it sees no other bead.")
    acceptance: Annotated[tuple[Paragraph, ...], FEW] = Field(
        description="When it counts as done: each one a fact that a test can show."
    )
    needs: Annotated[tuple[Title, ...], FEW] = Field(
        default=(), description="Keys of beads that must be merged first."
    )
    kind: Literal["task", "feature", "bug", "chore"] = "task"


class RigQuestion(Answer):
    """What the Mayor must know of a rig before it can plan."""

    rig: Title
    question: Paragraph


class PlanAnswer(Answer):
    """The Mayor's plan, or the questions that it must ask first."""

    title: Title = Field(description="What the plan brings, in one line.")
    goal: Paragraph = Field(description="What will be true when all is done, for whoever uses it.")
    acceptance: Annotated[tuple[Paragraph, ...], FEW] = Field(
        description="When the whole counts as done."
    )
    risks: Annotated[tuple[Paragraph, ...], FEW] = Field(
        default=(), description="What may go wrong, and what is done about it."
    )
    rigs: Annotated[tuple[RigPart, ...], FEW] = Field(description="The rigs that change.")
    beads: Annotated[tuple[PlannedBead, ...], FEW]
    questions: Annotated[tuple[RigQuestion, ...], FEW] = Field(
        default=(), description="Only where you cannot plan without: asked of a rig's Crew."
    )
