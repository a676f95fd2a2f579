"""Answers: what a session may hand in, validated strictly; prose is never parsed for a verdict.

Texts come out cleaned, for they reach commit messages, the ledger, reports and terminals. One that
is too long is refused and the model told so: cutting would change what it said.
"""

from collections.abc import Callable, Sized
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gastown.agents.prose import clean, one_line

MAX_FINDINGS = 100

Severity = Literal["low", "medium", "high", "critical"]
Line = Annotated[int, Field(ge=1)]


def _written(tidy: Callable[[str], str], limit: int) -> AfterValidator:
    """Limits stay out of the schema: endpoints that make a grammar of it choke on long ones."""

    def checked(text: str) -> str:
        said = tidy(text)
        if not said:
            raise ValueError("there is no text in it")
        if len(said) > limit:
            raise ValueError(f"it has {len(said)} characters; say it in at most {limit}")
        return said

    return AfterValidator(checked)


def _few(found: Sized) -> Sized:
    if len(found) > MAX_FINDINGS:
        raise ValueError(f"there are {len(found)}; name the {MAX_FINDINGS} that matter most")
    return found


Paragraph = Annotated[str, Field(min_length=1), _written(one_line, 2_000)]
Text = Annotated[str, Field(min_length=1), _written(clean, 4_000)]
Title = Annotated[str, Field(min_length=1), _written(one_line, 200)]
File = Annotated[str, _written(one_line, 400)]
FEW = AfterValidator(_few)


class Answer(BaseModel):
    """A value: no type is coerced, no unknown key taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Submission(Answer):
    """The work is finished and lies in the worktree."""

    summary: Paragraph = Field(description="What you did, in one or two sentences.")


class Finding(Answer):
    """One thing a reviewer found."""

    file: File = Field(description="Path in the repository.")
    line: Line | None = Field(default=None, description="Line number, if one line is meant.")
    severity: Severity = "medium"
    text: Text = Field(description="What is wrong and what would be right.")


class Judged(Answer):
    """A reviewer's word on one acceptance criterion."""

    number: int = Field(ge=1, description="The criterion's number.")
    met: Literal["yes", "no", "unsure"]
    evidence: Text = Field(description="What in the change, or which test, shows it.")


class Review(Answer):
    """The Refinery's reading of a diff."""

    verdict: Literal["approve", "rework"]
    summary: Paragraph = Field(description="Why, in one or two sentences.")
    findings: Annotated[tuple[Finding, ...], FEW] = ()
    criteria: Annotated[tuple[Judged, ...], FEW] = ()


class Weakness(Answer):
    """One weakness the Watchdog's model suspects."""

    file: File = Field(description="Path in the repository.")
    line: Line | None = Field(default=None, description="Line number, if one line is meant.")
    severity: Severity
    title: Title = Field(description="The weakness in a few words.")
    reason: Text = Field(description="How it can be used, and by whom.")


class SecurityReading(Answer):
    """The Watchdog's reading of tree and diff."""

    summary: Paragraph = Field(description="What you looked at and what you make of it.")
    findings: Annotated[tuple[Weakness, ...], FEW] = ()


class Sighting(Answer):
    """What the Spotter sees of one claim. `unsure` is an honest answer."""

    claim: int = Field(description="The claim's number.")
    verdict: Literal["pass", "fail", "unsure"]
    evidence: Text = Field(description="What in the pictures shows it.")


class Sightings(Answer):
    """The Spotter's reading of the pictures."""

    claims: tuple[Sighting, ...]
