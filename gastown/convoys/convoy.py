"""Convoy: a bead of the town that tracks beads of its rigs, and lands when all are done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gastown.beads.bead import CLOSED, TRACKS, Bead, Draft
from gastown.beads.laws import drafted, edge
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import molecules
from gastown.errors import LedgerError, NotFoundError
from gastown.formula.plan import Assembly, Scope, Work
from gastown.town.config import TownConfig
from gastown.town.tables.merge_queue import MergeMode

CONVOY = "convoy"
PREVIEW = "hq-cv-new"
RIGS, ROLE, MERGE = "rigs", "role", "merge"
"""Keys of a convoy's metadata: rigs it works on beside its beads', who does a step of no role, and
its own way to main."""


def create_convoy(
    ledger: Ledger,
    config: TownConfig,
    title: str,
    beads: Sequence[str],
    *,
    profile: str = "",
    merge: MergeMode | None = None,
    actor: str = "",
) -> Bead:
    """Bind beads into a convoy, on a profile and a way to main of its own or on its rigs'.

    Raises LedgerError when a bead is closed or travels already; NotFoundError when a bead is of no
    rig, or there is no such profile.
    """
    draft = draft_convoy(ledger, config, title, beads, profile=profile, merge=merge)
    return ledger.create(draft, actor=actor)


def draft_convoy(
    ledger: Ledger,
    config: TownConfig,
    title: str,
    beads: Sequence[str],
    *,
    profile: str = "",
    merge: MergeMode | None = None,
) -> Draft:
    """What `create_convoy` puts into the ledger; it raises the same."""
    if not beads:
        raise LedgerError("a convoy needs at least one bead: town bead create …")
    if profile:
        config.profile(profile)
    check_beads(ledger, config, beads)
    tracks = tuple(dict.fromkeys(beads))
    own = {"profile": profile, MERGE: merge}
    facts = {key: value for key, value in own.items() if value}
    return Draft(title=title, infix="cv", issue_type=CONVOY, tracks=tracks, metadata=facts)


def preview(draft: Draft, at: datetime) -> Bead:
    """The convoy that a draft would become, to be looked at; it is in no ledger."""
    edges = [edge(PREVIEW, bead, TRACKS, "", at) for bead in draft.tracks]
    return drafted(draft, PREVIEW, edges, "", at)


def check_beads(ledger: Ledger, config: TownConfig, beads: Sequence[str]) -> None:
    """Refuse beads that cannot travel with a new convoy. Raises LedgerError, NotFoundError."""
    for bead in beads:
        config.rig_of(bead)
        if ledger.show(bead).status == CLOSED:
            raise LedgerError(f"{bead} is closed; a convoy takes open beads")
        if (other := convoy_of(ledger, bead)) is not None:
            raise LedgerError(f"{bead} travels with {other.id} ({other.title}) already")


def convoy_of(ledger: Ledger, bead: str) -> Bead | None:
    """The convoy under way that tracks a bead."""
    under_way = (one for one in ledger.find(issue_type=CONVOY) if one.status != CLOSED)
    return next((one for one in under_way if bead in _tracked(one)), None)


def show_convoy(ledger: Ledger, convoy: str) -> Bead:
    """The convoy's own bead. Raises NotFoundError when the id is of something else."""
    bead = ledger.show(convoy)
    if bead.issue_type != CONVOY:
        raise NotFoundError(f"{convoy} is a {bead.issue_type}, not a convoy; see town convoy list")
    return bead


def members(ledger: Ledger, convoy: Bead) -> list[Bead]:
    """The beads a convoy tracks, in the order in which they were given."""
    return [ledger.show(bead) for bead in _tracked(convoy)]


def _tracked(convoy: Bead) -> list[str]:
    return [edge.depends_on_id for edge in convoy.dependencies if edge.type == TRACKS]


def scope_of(ledger: Ledger, config: TownConfig, convoy: Bead) -> Scope:
    """What the convoy's formula is cooked over: its rigs, beads and their assemblies.

    Raises LedgerError when a bead needs one that does not travel with it and is open, or not on
    main yet.
    """
    beads = members(ledger, convoy)
    inside = {bead.id for bead in beads}
    for bead in beads:
        _refuse_outside_needs(ledger, config, bead, inside)
    works = tuple(
        Work(
            id=bead.id,
            rig=config.rig_of(bead.id),
            title=bead.title,
            needs=tuple(need for need in bead.needs if need in inside),
        )
        for bead in beads
    )
    touched = {*(work.rig for work in works), *convoy.metadata.get(RIGS, ())}
    rigs = tuple(name for name in config.rigs if name in touched)
    assemblies = tuple(
        Assembly(name=name, rig=rig) for rig in rigs for name in config.rigs[rig].assemblies
    )
    role = str(convoy.metadata.get(ROLE, ""))
    return Scope(convoy=convoy.id, rigs=rigs, beads=works, assemblies=assemblies, role=role)


def lands_later(config: TownConfig, convoy: Bead, rig: str) -> bool:
    """Whether a convoy's work on a rig comes to main all at once, when it lands."""
    return (convoy.metadata.get(MERGE) or config.rig(rig).queue.merge) == "review-then-land"


def _refuse_outside_needs(ledger: Ledger, config: TownConfig, bead: Bead, inside: set[str]) -> None:
    for need in bead.needs:
        if need in inside:
            continue
        found = ledger.show(need)
        if found.status != CLOSED:
            raise LedgerError(
                f"{bead.id} needs {need}, which is open and not in the convoy; "
                f"add it, or close it first"
            )
        carrier = convoy_of(ledger, need)
        rig = next((name for name, one in config.rigs.items() if one.prefix == found.prefix), "")
        if carrier is not None and rig and lands_later(config, carrier, rig):
            raise LedgerError(
                f"{bead.id} needs {need}, which is done but on main only when {carrier.id} "
                f"({carrier.title}) lands; wait for that"
            )


def summary(ledger: Ledger, convoy: Bead) -> dict[str, Any]:
    """The convoy as `town convoy show --json` prints it: its beads and how many are done."""
    return summaries(ledger, [convoy])[0]


def summaries(ledger: Ledger, convoys: Sequence[Bead]) -> list[dict[str, Any]]:
    """The same of several."""
    poured = molecules(ledger)
    return [_summary(convoy, members(ledger, convoy), poured.get(convoy.id)) for convoy in convoys]


def _summary(convoy: Bead, beads: Sequence[Bead], molecule: str | None) -> dict[str, Any]:
    return {
        "id": convoy.id,
        "title": convoy.title,
        "status": convoy.status,
        "done": sum(bead.status == CLOSED for bead in beads),
        "total": len(beads),
        "molecule": molecule,
        "beads": [
            {
                "id": bead.id,
                "title": bead.title,
                "status": bead.status,
                "commit": bead.metadata.get("evidence", {}).get("commit"),
            }
            for bead in beads
        ],
    }
