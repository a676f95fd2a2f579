"""wording: what the Assistant's model may say: lines that rest on facts, numbers and all."""

from typing import Annotated

from pydantic import BaseModel, Field

from gastown.agents.answers import FEW, Answer, Title
from gastown.agents.brief import material
from gastown.agents.prose import as_markdown
from gastown.agents.protocols import Check
from gastown.morning.fact import Morning, listed
from gastown.morning.figures import unknown_numbers

MOST_LINES = 20


class Said(Answer):
    """One line of the brief."""

    text: Title = Field(description="One short line.")
    facts: tuple[int, ...] = Field(description="Numbers of the facts that it rests on.")


class Wording(Answer):
    """The brief."""

    lines: Annotated[tuple[Said, ...], FEW]


def task(morning: Morning) -> str:
    """What the model is asked."""
    duty = (
        "Word the morning's brief from these facts. Each line names the facts that it rests on; "
        "every number in it stands in one of those. Facts that must be told are not left out."
    )
    return f"{duty}\n\n{material(f'facts of {morning.title}', listed(morning.facts))}"


def judge(morning: Morning, answer: BaseModel | None) -> Check:
    """Whether each line's numbers are those of its facts, and nothing that must be told is left."""
    if not isinstance(answer, Wording) or not answer.lines:
        return Check(ok=False, feedback="Hand in at least one line.")
    faults = [
        fault for at, said in enumerate(answer.lines, 1) for fault in _line(morning, at, said)
    ]
    told = {number for said in answer.lines for number in said.facts}
    missed = [fact for fact in morning.facts if fact.must and fact.number not in told]
    faults += [f"fact {fact.number} must be told: {fact.text}" for fact in missed]
    if len(answer.lines) > MOST_LINES:
        faults.append(f"there are {len(answer.lines)} lines; write at most {MOST_LINES}")
    return Check(ok=not faults, feedback="\n".join(faults))


def worded(morning: Morning, answer: Wording) -> str:
    """The brief as Markdown."""
    lines = [f"- {as_markdown(said.text)}" for said in answer.lines]
    return "\n".join([f"# {as_markdown(morning.title)}", "", *lines, ""])


def _line(morning: Morning, at: int, said: Said) -> list[str]:
    known = {fact.number: fact for fact in morning.facts}
    if strange := [number for number in said.facts if number not in known]:
        return [f"line {at}: there is no fact {', '.join(map(str, strange))}"]
    if not said.facts:
        return [f"line {at}: it rests on no fact"]
    texts = [known[number].text for number in said.facts]
    return [
        f"line {at}: {number!r} is not in fact {', '.join(map(str, said.facts))}"
        for number in unknown_numbers(said.text, [*texts, morning.title])
    ]
