"""Criteria: a bead's acceptance criteria one by one, and which of them a review judged."""

import re
from collections.abc import Sequence

from gastown.agents.answers import Review

_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\[[ xX]?\])\s+(?:\[[ xX]?\]\s+)?")


def criteria_of(text: str) -> tuple[str, ...]:
    """Each criterion: an item of a list with the lines that go on, else each paragraph."""
    if not any(_MARK.match(line) for line in text.splitlines()):
        paragraphs = re.split(r"\n\s*\n", text.strip())
        return tuple(" ".join(part.split()) for part in paragraphs if part.strip())
    found: list[list[str]] = []
    for line in text.splitlines():
        if _MARK.match(line):
            found.append([_MARK.sub("", line)])
        elif found and line.strip():
            found[-1].append(line.strip())
    return tuple(" ".join(" ".join(parts).split()) for parts in found)


def numbered(criteria: Sequence[str]) -> str:
    """The list a reviewer judges by number; empty where there is none."""
    if not criteria:
        return ""
    lines = (f"{number}. {text}" for number, text in enumerate(criteria, start=1))
    return "\n".join(["# Judge each of these, by its number, in `criteria`", *lines])


def objections(review: Review, count: int) -> tuple[str, ...]:
    """What is wrong with how a review judges `count` criteria; what it left out is no fault.

    An approval of what does not meet one of them contradicts itself.
    """
    unknown = [one.number for one in review.criteria if one.number > count]
    faults = [f"there is no criterion {number}; there are {count}" for number in unknown]
    if review.verdict == "approve":
        faults += [
            f"criterion {one.number} is not met, you say ({one.evidence}): ask for rework, or set "
            f"it right and say that it is met"
            for one in review.criteria
            if one.met == "no"
        ]
    return tuple(faults)


def coverage_of(review: Review, criteria: Sequence[str]) -> list[dict[str, str]]:
    """Each criterion with the reviewer's word on it, or that there is none."""
    said = {one.number: one for one in review.criteria}
    return [
        {
            "criterion": text,
            "met": said[number].met if number in said else "not judged",
            "evidence": said[number].evidence if number in said else "",
        }
        for number, text in enumerate(criteria, start=1)
    ]
