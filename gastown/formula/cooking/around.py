"""Around: what advice puts before and after one step, or all that stands in the place of one."""

from collections.abc import Iterable, Sequence
from typing import Any

from gastown.formula.compose import Advice, AdviceStep
from gastown.formula.cooking.splice import Region, Steps, ends, roots, spliced, wants
from gastown.formula.cooking.texts import about, place, retexted
from gastown.formula.cooking.tree import (
    everyone,
    ids,
    needing,
    prepared,
    retold,
    with_edges,
    with_needs,
)
from gastown.formula.step import Prepared


def around(step: Prepared, rules: Sequence[Advice]) -> Region:
    """A step with what the rules put around it, one behind the other on either side."""
    before = _chained(
        step, (one for rule in rules for one in (*rule.before, *rule.around.before)), step.edges
    )
    after = _chained(
        step, (one for rule in rules for one in (*rule.after, *rule.around.after)), (step.id,)
    )
    if before and step.waits_for and not before[0].waits_for:
        before = (retold(before[0], waits_for=step.waits_for), *before[1:])
    kept = with_needs(step, [before[-1].id]) if before else step
    return Region(before, kept, after=after, sinks=(after[-1].id,) if after else ())


def _chained(step: Prepared, advice: Iterable[AdviceStep], needs: tuple[str, ...]) -> Steps:
    found: list[Prepared] = []
    for one in advice:
        made = _made(one, step)
        found.append(with_edges(made, (*needs, *made.edges)))
        needs = (made.id,)
    return tuple(found)


def _made(advice: AdviceStep, step: Prepared) -> Prepared:
    """A step of advice as it stands around another."""
    known = about(step, "step")
    said = retexted(advice, lambda text: place(text, known))
    kept = {"args": said.args, "output": said.output}
    metadata = {**said.metadata, **{key: value for key, value in kept.items() if value}}
    update: dict[str, Any] = {"metadata": metadata, "origin": step.origin}
    if "each" not in advice.model_fields_set and not (said.children or said.loop):
        update["each"] = step.each
    if not said.condition:
        update["condition"] = step.condition
    return retold(prepared([said])[0], **update)


def stand_in(name: str, part: Steps) -> Prepared:
    """One step for several: what stands in the place of the one of that name."""
    inside, first = ids(part), set(roots(part))
    needs = (need for step in part if step.id in first for need in wants(step))
    each = {step.each for step in everyone(part)}
    return Prepared(
        id=name,
        needs=tuple(dict.fromkeys(need for need in needs if need not in inside)),
        each=each.pop() if len(each) == 1 else "",
    )


def enclosed(steps: Steps, part: Steps, region: Region) -> Steps:
    """The steps with what goes around the stand-in of some of them put around those."""
    first, last = set(roots(part)), ends(part)
    after = tuple(_behind(one, region.kept, last[-1:]) for one in region.after)
    come = [one.id for one in region.before[-1:]]

    def instead(step: Prepared, _name: str) -> Region | None:
        if step.id not in {part[0].id, *first, *last}:
            return None
        return Region(
            before=region.before if step.id == part[0].id else (),
            kept=with_needs(step, come) if step.id in first else step,
            after=after if step.id == last[-1] else (),
            sinks=region.sinks if step.id in last else (),
        )

    # All but one of the last steps are needed only now, so that the edge is not led on.
    more = {after[0].id: last[:-1]} if after else {}
    return needing(spliced(steps, instead), more)


def _behind(step: Prepared, stand: Prepared | None, last: tuple[str, ...]) -> Prepared:
    """A step that needed the stand-in, with what stands there in its place."""
    gone = stand.id if stand else ""
    return with_edges(
        step, (new for need in step.edges for new in (last if need == gone else (need,)))
    )
