"""Pour: a plan's beads and its convoy in the ledger, once, however often it is slung.

A bead knows its plan and its key there, the convoy its plan. What a killed process left half-made
is found by that, and the rest is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gastown.beads.bead import Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import CONVOY, convoy_of, create_convoy
from gastown.errors import LedgerError
from gastown.planning.answer import PlannedBead
from gastown.planning.document import PlanDocument
from gastown.planning.text import in_order
from gastown.town.config import TownConfig

PLAN, PART, VERSION = "plan", "part", "plan_version"
"""Keys of metadata: of a bead, and the first also of a convoy."""


@dataclass(frozen=True, slots=True)
class Poured:
    """What a plan has become: its convoy, and its beads by their keys."""

    convoy: Bead
    beads: Mapping[str, str]
    again: bool = False


def drafts_of(plan: PlanDocument, config: TownConfig) -> list[Draft]:
    """The plan's beads, each after those that it needs. Raises NotFoundError for an unknown rig."""
    beads = in_order(plan.beads)
    places = {bead.key: at for at, bead in enumerate(beads)}
    return [_draft(plan, bead, places, config) for bead in beads]


def pour_plan(
    ledger: Ledger, config: TownConfig, plan: PlanDocument, *, profile: str = "", actor: str = ""
) -> Poured:
    """Make beads and convoy, or find them; nothing is made twice. One caller at a time.

    Raises LedgerError when its beads are of another version, or its convoy is over.
    """
    standing = found(ledger, plan.id)
    if standing is not None:
        return _still_right(standing, plan, ledger)
    beads = _beads(ledger, plan.id)
    if not beads:
        made = ledger.create_many(drafts_of(plan, config), actor=actor)
        beads = {str(bead.metadata[PART]): bead.id for bead in made}
    _same_version(ledger, plan, beads)
    convoy = next(filter(None, (convoy_of(ledger, bead) for bead in beads.values())), None)
    if convoy is None:
        members = [beads[bead.key] for bead in in_order(plan.beads)]
        convoy = create_convoy(ledger, config, plan.title, members, profile=profile, actor=actor)
    ledger.update(convoy.id, {"metadata": {PLAN: plan.id}}, actor=actor)
    return Poured(ledger.show(convoy.id), beads)


def found(ledger: Ledger, plan: str) -> Poured | None:
    """What a plan has become already, also when it has landed; None when nothing yet."""
    mine = [one for one in ledger.find(issue_type=CONVOY) if one.metadata.get(PLAN) == plan]
    return Poured(mine[-1], _beads(ledger, plan), again=True) if mine else None


def _beads(ledger: Ledger, plan: str) -> dict[str, str]:
    return {str(bead.metadata[PART]): bead.id for bead in ledger.find(label=plan)}


def _still_right(standing: Poured, plan: PlanDocument, ledger: Ledger) -> Poured:
    _same_version(ledger, plan, standing.beads)
    return standing


def _same_version(ledger: Ledger, plan: PlanDocument, beads: Mapping[str, str]) -> None:
    made = {ledger.show(bead).metadata.get(VERSION) for bead in beads.values()}
    if made != {plan.version}:
        raise LedgerError(
            f"{plan.id} was slung as version {', '.join(map(str, made))}, and this is version "
            f"{plan.version}; sling that one, or make a new plan for what is different"
        )


def _draft(
    plan: PlanDocument, bead: PlannedBead, places: Mapping[str, int], config: TownConfig
) -> Draft:
    return Draft(
        title=bead.title,
        prefix=config.rig(bead.rig).prefix,
        description=f"{bead.description}\n\nPart of {plan.id}: {plan.goal}",
        acceptance_criteria="\n".join(f"- {one}" for one in bead.acceptance),
        issue_type=bead.kind,
        labels=(plan.id,),
        needs=tuple(f"@{places[need]}" for need in dict.fromkeys(bead.needs)),
        metadata={PLAN: plan.id, PART: bead.key, VERSION: plan.version},
    )
