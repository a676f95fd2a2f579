"""Answers: what a session may hand in, validated strictly; prose is never parsed for a verdict."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["low", "medium", "high", "critical"]
Line = Annotated[int, Field(ge=1)]


class Answer(BaseModel):
    """A value: no type is coerced, no unknown key taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Submission(Answer):
    """The work is finished and lies in the worktree."""

    summary: str = Field(min_length=1, description="What you did, in one or two sentences.")


class Finding(Answer):
    """One thing a reviewer found."""

    file: str = Field(description="Path in the repository.")
    line: Line | None = Field(default=None, description="Line number, if one line is meant.")
    severity: Severity = "medium"
    text: str = Field(min_length=1, description="What is wrong and what would be right.")


class Review(Answer):
    """The Refinery's reading of a diff."""

    verdict: Literal["approve", "rework"]
    summary: str = Field(min_length=1, description="Why, in one or two sentences.")
    findings: tuple[Finding, ...] = ()


class Weakness(Answer):
    """One weakness the Watchdog's model suspects."""

    file: str = Field(description="Path in the repository.")
    line: Line | None = Field(default=None, description="Line number, if one line is meant.")
    severity: Severity
    title: str = Field(min_length=1, description="The weakness in a few words.")
    reason: str = Field(min_length=1, description="How it can be used, and by whom.")


class SecurityReading(Answer):
    """The Watchdog's reading of tree and diff."""

    summary: str = Field(min_length=1, description="What you looked at and what you make of it.")
    findings: tuple[Weakness, ...] = ()


class Sighting(Answer):
    """What the Spotter sees of one claim. `unsure` is an honest answer."""

    claim: int = Field(description="The claim's number.")
    verdict: Literal["pass", "fail", "unsure"]
    evidence: str = Field(min_length=1, description="What in the pictures shows it.")


class Sightings(Answer):
    """The Spotter's reading of the pictures."""

    claims: tuple[Sighting, ...]
