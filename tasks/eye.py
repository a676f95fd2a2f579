"""eye: what code cannot judge of a scenario, shown to the role's model, and how far it is believed.

One question for a scenario, and the same one of a control with a planted defect: a judge that does
not plainly fail that one is not believed. What it leaves out, or is unsure of, is no pass.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from gastown.agents.answers import Sightings
from gastown.agents.protocols import Check
from gastown.errors import CapacityError, StageFailedError
from gastown.rigs.truth.look import Look, make_look, sees
from gastown.rigs.truth.model import Scenario, Truth
from gastown.rigs.truth.sighting import Capture, Sighting, Verdict
from tasks.desk import Desk

BLIND = "the judge did not fail a picture with a planted defect, so none of its verdicts counts"

Verdicts = Mapping[int, tuple[Verdict, str]]


@dataclass(slots=True)
class Seen:
    """Verdicts by scenario and number, and how far to trust them."""

    verdicts: dict[tuple[str, int], tuple[Verdict, str]] = field(
        default_factory=dict[tuple[str, int], tuple[Verdict, str]]
    )
    notes: list[str] = field(default_factory=list[str])
    judge: str = ""


def left_for_the_eye(sightings: Collection[Sighting]) -> dict[str, frozenset[int]]:
    """The claims that only looking can settle, by scenario.

    None when anything has failed already: then the eye's verdict would change nothing.
    """
    if any(one.verdict == "fail" for one in sightings):
        return {}
    found: dict[str, set[int]] = {}
    for one in sightings:
        if one.kind == "vision" and one.verdict == "unsure":
            found.setdefault(one.scenario, set()).add(one.number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def looked(
    desk: Desk,
    truth: Truth,
    captures: Mapping[str, Capture],
    left: Mapping[str, Collection[int]],
) -> Seen:
    """The model's verdicts on what is left.

    Raises:
        CapacityError: No answer can be had now: the endpoint is busy, or money is gone.
    """
    seen = Seen(judge=desk.request.model or "")
    for scenario in truth.scenario:
        if scenario.id in left:
            _scenario(desk, truth, scenario, captures[scenario.id], left[scenario.id], seen)
    return seen


def _scenario(
    desk: Desk,
    truth: Truth,
    scenario: Scenario,
    capture: Capture,
    numbers: Collection[int],
    seen: Seen,
) -> None:
    try:
        said, tested = (
            _ask(desk, make_look(truth, scenario, capture, numbers, control=control))
            for control in (False, True)
        )
    except CapacityError:
        raise
    except StageFailedError as error:
        seen.notes.append(f"{scenario.id}: no answer that can be used: {error}")
        return
    if not sees(tested):
        seen.notes.append(f"{scenario.id}: {BLIND}")
        return
    seen.verdicts |= {(scenario.id, n): said[n] for n in numbers if n in said}


def _ask(desk: Desk, look: Look) -> Verdicts:
    """One question; every claim gets exactly one verdict, or the model is asked again."""

    def verify(answer: BaseModel | None) -> Check:
        given = [one.claim for one in answer.claims] if isinstance(answer, Sightings) else []
        ok = frozenset(given) == look.numbers and len(given) == len(look.numbers)
        wanted = sorted(look.numbers)
        return Check(ok=ok, feedback=f"Give one verdict for each of the claims {wanted}.")

    outcome = desk.session(look.task, output=Sightings, verify=verify, images=look.images)
    assert isinstance(outcome.answer, Sightings)  # noqa: S101 - the loop validated it
    return {one.claim: (one.verdict, one.evidence) for one in outcome.answer.claims}
