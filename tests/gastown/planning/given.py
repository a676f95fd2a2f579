"""Plans to check, keep and sling: two rigs, three beads, one of which needs the others."""

from datetime import UTC, datetime
from typing import Any

from gastown.planning.answer import PlanAnswer, PlannedBead, RigPart
from gastown.planning.document import PlanDocument, plan_id

AT = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
IDEA = "Show a combo bonus"
RIGS = ("garden", "shed")


def bead(key: str, *needs: str, rig: str = "garden", **more: Any) -> PlannedBead:
    fields: dict[str, Any] = {
        "key": key,
        "rig": rig,
        "title": f"Do {key}",
        "description": f"All about {key}.",
        "acceptance": (f"{key} is done.",),
        "needs": needs,
    }
    return PlannedBead.model_validate(fields | more)


def answer(*beads: PlannedBead, **more: Any) -> PlanAnswer:
    made = beads or (bead("count"), bead("glow"), bead("show", "count", "glow", rig="shed"))
    rigs = dict.fromkeys(one.rig for one in made)
    fields: dict[str, Any] = {
        "title": "Combo bonus",
        "goal": "Players see what their combo brings.",
        "acceptance": ("The bonus is shown.",),
        "risks": ("Too loud: it can be switched off.",),
        "rigs": tuple(RigPart(rig=rig, change="It changes.") for rig in rigs),
        "beads": made,
    }
    return PlanAnswer.model_validate(fields | more)


def document(made: PlanAnswer | None = None, **more: Any) -> PlanDocument:
    said = made or answer()
    fields: dict[str, Any] = {
        **{name: getattr(said, name) for name in PlanAnswer.model_fields if name != "questions"},
        "id": plan_id(IDEA, AT),
        "idea": IDEA,
        "asked": RIGS,
        "created_at": AT,
    }
    return PlanDocument.model_validate(fields | more)
