"""admit: whether one more model may be loaded beside those that are, else with the sum."""

from collections.abc import Mapping

from gastown.errors import CrowdedError, OvercommitError
from gastown.machine.capacity import Capacity, check_fit, shortages
from gastown.machine.machine import NOTHING, Machine
from gastown.runner.plan import Plan


def key_of(plan: Plan) -> str:
    """What an error about its memory names."""
    return (
        f"town.toml: models.{plan.name}.local ({plan.file.name}, {plan.load.slots} slots of "
        f"{plan.load.ctx} tokens)"
    )


def admit(
    plan: Plan, beside: Mapping[str, Capacity], machine: Machine, pending: Capacity = NOTHING
) -> None:
    """Let it pass, or refuse.

    Args:
        plan: The server to be.
        beside: What everybody else holds, models and sessions, by who does.
        machine: This machine now; what other programs use takes from its room.
        pending: What of `beside` is not in use yet, so that it is still measured as free.

    Raises:
        OvercommitError: It asks for more than the machine lends at all.
        CrowdedError: It asks for more than is left beside the others, or than is free now.

    Both name file and key and show the sum. Nothing was started.
    """
    key, alone = key_of(plan), {plan.name: plan.residency}
    try:
        check_fit({plan.name: plan.residency + plan.activity}, machine.lent)
    except OvercommitError as error:
        raise OvercommitError(f"{key}: more than the machine lends\n{error}") from None
    try:
        check_fit({**beside, **alone}, machine.lent)
    except OvercommitError as error:
        raise CrowdedError(f"{key}: more than the machine lends\n{error}") from None
    ours = sum(beside.values(), Capacity())
    lacking = shortages(alone, machine.room(ours, pending))
    if lacking:
        rooms = machine.rooms(ours, pending)
        why = "\n".join(f"{one}; {rooms[one.dimension].reason}" for one in lacking)
        raise CrowdedError(f"{key}: more than is free now\n{why}")


def pressure(ours: Capacity, machine: Machine) -> str:
    """What other programs need of what our models hold; empty if all is well.

    Free memory already lacks what our loaded models use, so a negative room is what presses.
    """
    for name, share in machine.shares.items():
        if ours[name] > share.lent:
            return f"{ours[name]:,} of {share.lent:,} {name} are claimed"
        measured = share.measured
        if measured is not None and ours[name] and measured.free < measured.margin:
            return f"other programs leave {measured.free:,} {name} free ({measured.source})"
    return ""
