"""`town model resolve`: which models a role would use, here and in the cloud, and where now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.auditions.chart import says
from gastown.auditions.record import record_of, standing
from gastown.catalogue.roles import ROLES, unknown_role
from gastown.cli.now import now_of
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.convoys.convoy import convoy_of
from gastown.errors import ConfigError, NotFoundError
from gastown.placement.ask import Ask, ask_of
from gastown.placement.preview import Preview, covered, on_profile, preview, whole_table
from gastown.placement.seat import Hold
from gastown.stage import Seat
from gastown.town.rules import whom
from gastown.town.town import Town

_COLUMNS = ("for", "local", "burst", "because (local · burst)")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose seat is asked for."""

    role: Annotated[str, Parameter(help="A role. [default: those that work on a bead]")] = ""
    label: Annotated[tuple[str, ...], Parameter(help="A bead's label; may be repeated.")] = ()
    rig: Annotated[str, Parameter(help="On this rig.")] = ""
    profile: Annotated[str, Parameter(help="As if the town had this profile.")] = ""
    all: Annotated[bool, Parameter(help="The whole table.")] = False


NOBODY = Wanted()


def resolve(bead: str = "", /, *, wanted: Wanted = NOBODY, options: Options = PLAIN) -> int:
    """Tell which models a step would use, because of which rule, and where it would run now.

    Exit code 1 when there is no model. The seat rests on town.toml and the bead only; where it
    would run now, on what the machine has free, on budgets, and on the convoy's target. A run asks
    the same.

    Args:
        bead: A bead, whose labels, rig, own model and convoy count.
    """
    town = options.open()
    if wanted.profile:
        town.config.profile(wanted.profile)
        town = Town(town.layout, on_profile(town.config, wanted.profile), town.ledger)
    found = _found(town, bead, wanted)
    now = [] if wanted.all else [now_of(town, bead, one) for one in found]
    notes = [f"note: {note}" for note in covered(town.config)] if wanted.all else []
    notes += list(_auditioned(town, found))
    rows = [_json(one) for one in found]
    for row, place in zip(rows, now, strict=not wanted.all):
        row["now"] = place.model_dump(mode="json")
    data = {"bead": bead or None, "seats": rows, "notes": notes}
    said = [f"{one.ask.role} now: {place.text}" for one, place in zip(found, now, strict=False)]
    show(options, data, table("seats", _COLUMNS, [_line(one) for one in found]), *said, *notes)
    held = any(isinstance(one.found, Hold) for one in found)
    return int(held and not wanted.all)


def _auditioned(town: Town, found: Sequence[Preview]) -> Iterator[str]:
    """What auditions showed of the models that are named, once for each role and model."""
    known = standing(record_of(town.layout))
    seats = [(one.ask.role, one.found) for one in found if isinstance(one.found, Seat)]
    pairs = [(role, slot.model) for role, seat in seats for slot in (seat.local, seat.burst)]
    for role, model in dict.fromkeys(pairs):
        score = known.get((role, model or ""))
        if score is not None:
            yield f"audition as {role}: {says(score)}"


def _found(town: Town, bead: str, wanted: Wanted) -> Sequence[Preview]:
    if wanted.all:
        if bead or wanted.role or wanted.label or wanted.rig:
            raise ConfigError("--all is the whole table; give no bead, role, label or rig with it")
        return list(whole_table(town.config))
    if wanted.role and wanted.role not in ROLES:
        raise NotFoundError(unknown_role(wanted.role))
    if bead:
        return [preview(town.config, ask) for ask in _of_bead(town, bead, wanted)]
    if not wanted.role:
        raise ConfigError("say whose seat: a bead, --role ROLE, or --all")
    if wanted.rig:
        town.config.rig(wanted.rig)
    return [preview(town.config, Ask(wanted.role, wanted.rig, wanted.label))]


def _of_bead(town: Town, bead: str, wanted: Wanted) -> list[Ask]:
    """What the steps of a bead ask for; its convoy's profile counts unless one is given."""
    if wanted.label or wanted.rig:
        raise ConfigError("a bead has its labels and its rig; leave out --label and --rig")
    shown = town.ledger.show(bead)
    rig = town.config.rig_of(bead)
    convoy = None if wanted.profile else convoy_of(town.ledger, bead)
    roles = [wanted.role] if wanted.role else [name for name, role in ROLES.items() if role.bead]
    return [ask_of(role, rig, shown, convoy) for role in roles]


def _json(one: Preview) -> dict[str, Any]:
    seat = one.found.model_dump(mode="json") if isinstance(one.found, Seat) else None
    hold = one.found.reason if isinstance(one.found, Hold) else None
    return {
        "role": one.ask.role,
        "labels": list(one.ask.labels),
        "rig": one.ask.rig or None,
        "seat": seat,
        "hold": hold,
    }


def _line(one: Preview) -> tuple[str, ...]:
    name = whom(one.ask.role, "+".join(one.ask.labels), one.ask.rig)
    if isinstance(one.found, Hold):
        return name, "-", "-", f"HOLD: {one.found.reason}"
    slots = (one.found.local, one.found.burst)
    because = " · ".join(dict.fromkeys(slot.because for slot in slots))
    return name, *(slot.model or "-" for slot in slots), because
