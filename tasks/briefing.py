"""briefing: what the Mayor is shown of the town: rigs, seats, money, what is planned already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gastown.beads.bead import CLOSED, Bead
from gastown.money.amount import dollars
from gastown.placement.ask import Ask
from gastown.placement.resolve import resolve
from gastown.placement.seat import Hold
from gastown.planning.document import PlanDocument
from gastown.planning.prompt import Briefing, Sight, sight_text
from gastown.retrieval.reply import Reply
from gastown.stage import Seat, Slot
from gastown.town.town import Town
from tasks.crew import Ground
from tasks.forecasting import STANDARD_WISH, Wish, budgets_left

MOST_SIGHT = 9_000
"""Characters of one rig: the Crew knows the rest."""
_SIGHTS = 0.5
_SEATED = ("polecat", "refinery", "defender")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be planned. `remark` says what is to be different from `before`."""

    idea: str
    rigs: tuple[str, ...] = ()
    remark: str = ""
    before: PlanDocument | None = None
    wish: Wish = STANDARD_WISH
    author: str = ""


@dataclass(slots=True)
class Work:
    """One planning: what is known so far. `kept` is where the Mayor's last answer lies."""

    town: Town
    order: Order
    rigs: tuple[str, ...]
    tell: Tell
    grounds: Mapping[str, Ground]
    replies: list[Reply]
    model: str | None = None
    kept: str = ""


def briefing(work: Work, room: int, *, may_ask: bool) -> Briefing:
    """What the model at work may see: no word of a rig whose code is shown to no cloud model.

    `room` is the characters of input that it takes; rigs get half of it between them.
    """
    chars = min(MOST_SIGHT, int(room * _SIGHTS) // max(1, len(work.rigs)))
    shown = [rig for rig in work.rigs if _may_see(work, rig)]
    return Briefing(
        idea=work.order.idea,
        sights=[Sight(rig, _sight(work, rig, chars) if rig in shown else "") for rig in work.rigs],
        replies=[reply for reply in work.replies if reply.rig in shown],
        means=list(_means(work)),
        open_beads=open_beads(work.town, work.rigs),
        may_ask=may_ask,
        remark=work.order.remark,
        before=work.order.before,
    )


def seat_of(work: Work) -> Seat | None:
    """This PC's half of the Mayor's seat alone, where a rig's code must stay here; else its own."""
    config = work.town.config
    kept = [rig for rig in work.rigs if config.rig(rig).local_only]
    seat = resolve(config, Ask("mayor"))
    if not kept or isinstance(seat, Hold) or seat.local.model is None:
        return None
    because = f"the code of {', '.join(kept)} is shown to no cloud model"
    return seat.model_copy(update={"burst": Slot(model=None, because=because)})


def _may_see(work: Work, rig: str) -> bool:
    config = work.town.config
    here = work.model is not None and config.catalogue[work.model].where == "local"
    return here or not config.rig(rig).local_only


def _sight(work: Work, rig: str, chars: int) -> str:
    index, table = work.grounds[rig].index, work.town.config.rig(rig)
    readme, guide = index.text_of("README.md") or "", index.text_of(table.guide) or ""
    return sight_text(rig, index.files(), readme, guide, chars)


def _means(work: Work) -> Iterator[str]:
    config = work.town.config
    yield f"{config.machine.sandboxes} stages work on this PC at once"
    for role in _SEATED:
        seat = resolve(config, Ask(role))
        if not isinstance(seat, Hold):
            here, cloud = seat.local.model or "none", seat.burst.model or "none"
            yield f"{role}: {here} on this PC, {cloud} in the cloud when it is full"
    left = budgets_left(work.town, "")
    yield from (f"{name} leaves {dollars(sum_)}" for name, sum_ in left.items())
    before = work.order.before
    if before is not None and before.prospect is not None:
        yield from (f"the plan so far, {line}" for line in before.prospect.lines)


def open_beads(town: Town, rigs: Iterable[str]) -> list[Bead]:
    """What is planned for these rigs already, or under way."""
    prefixes = [town.config.rig(rig).prefix for rig in rigs if rig in town.config.rigs]
    found = [bead for prefix in prefixes for bead in town.ledger.find(prefix=prefix)]
    return [bead for bead in found if bead.status != CLOSED]
