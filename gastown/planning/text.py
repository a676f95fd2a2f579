"""Text: a plan as Markdown, for the Mayor's repository, a terminal and the UI."""

from collections.abc import Iterable, Iterator

from gastown.agents.brief import fenced
from gastown.agents.prose import one_line
from gastown.formula.graph import ordered
from gastown.planning.answer import PlannedBead
from gastown.planning.document import PlanDocument


def markdown(plan: PlanDocument) -> str:
    """The whole document."""
    return "\n".join(_lines(plan)).rstrip() + "\n"


def _lines(plan: PlanDocument) -> Iterator[str]:
    yield from (f"# {one_line(plan.title)}", "", f"Plan {plan.id}, version {plan.version}.", "")
    yield from ("## Idea", "", fenced(plan.idea), "")
    if plan.remark:
        yield from ("## Remark on the version before", "", fenced(plan.remark), "")
    yield from ("## Goal", "", plan.goal, "")
    yield from _listed("Acceptance", plan.acceptance)
    yield from _listed("Rigs", (f"**{part.rig}**: {part.change}" for part in plan.rigs))
    yield from _listed("Risks", plan.risks)
    yield from ("## Beads", "")
    for bead in in_order(plan.beads):
        yield from _bead(bead)
    yield from _prospect(plan)
    yield from _knowledge(plan)


def in_order(beads: Iterable[PlannedBead]) -> list[PlannedBead]:
    """Each bead after those that it needs."""
    known = {bead.key: bead for bead in beads}
    return [known[key] for key in ordered({key: bead.needs for key, bead in known.items()})]


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = [f"- {line}" for line in lines]
    if told:
        yield from (f"## {title}", "", *told, "")


def _bead(bead: PlannedBead) -> Iterator[str]:
    needs = f"; needs {', '.join(bead.needs)}" if bead.needs else ""
    yield from (f"### {bead.key}: {one_line(bead.title)}", "", f"{bead.kind} on {bead.rig}{needs}")
    yield from ("", bead.description, "", *(f"- [ ] {one}" for one in bead.acceptance), "")


def _prospect(plan: PlanDocument) -> Iterator[str]:
    found = plan.prospect
    if found is None:
        return
    yield from ("## What it will take", "", *(f"- {line}" for line in found.lines))
    yield from (*(f"- **{line}**" for line in found.warnings), "")


def _knowledge(plan: PlanDocument) -> Iterator[str]:
    if plan.knowledge:
        yield from ("## What the Crew said", "")
    for reply in plan.knowledge:
        cited = "\n".join(f"{one.place}  {one.quote}" for one in reply.citations)
        said = "\n\n".join(filter(None, [reply.question, reply.text, cited]))
        yield from (f"### {reply.rig} at {reply.commit[:10]}", "", fenced(said), "")
