"""`town sling BEAD… [RIG]`: the short way from beads to work; and `town unsling`."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from gastown.beads.bead import Bead
from gastown.cli.change import me, one_line
from gastown.cli.launching import VALUES, check_plan, check_town_is_up, launch_and_tell
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.cli.values import parse_values
from gastown.convoys.planned import plan_for
from gastown.errors import LedgerError
from gastown.hooks.hook import Order
from gastown.hooks.sling import Slung
from gastown.hooks.sling import sling as hang
from gastown.hooks.sling import unsling as take_off
from gastown.hooks.target import parted
from gastown.town.engine import api_url
from gastown.town.tables.merge_queue import MergeMode


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Travel:
    """How the convoy travels that carries what is slung."""

    title: Annotated[
        str, Parameter(help="What the convoy is for. [default: the first bead's title]")
    ] = ""
    profile: Annotated[
        str, Parameter(help="balanced, frugal, premium or your own. [default: the town's]")
    ] = ""
    merge: Annotated[
        MergeMode | None,
        Parameter(
            help="Each bead to main when it is approved, or all when it lands. [default: the rig's]"
        ),
    ] = None


_AS_EVER = Travel()


def sling(
    words: list[str],
    /,
    *,
    formula: str = "convoy",
    values: VALUES = (),
    travel: Travel = _AS_EVER,
    wait: bool = False,
    options: Options = PLAIN,
) -> int:
    """Hang beads on agents' hooks, bound into a convoy, and launch it.

    With a rig or an agent as the last word a town that is down takes them too: it runs what hangs
    on its hooks as soon as it is up.

    Args:
        words: Ids of open beads, then where to: a rig, RIG/NAME for a polecat of that name, or
            RIG/crew/NAME for a person, whose hook the town leaves alone. [default: their own rigs]
        formula: The workflow.
        values: NAME=VALUE for a variable of the formula; may be repeated.
        travel: The convoy that carries them.
        wait: Until it has landed; exit code 1 when it did not.
    """
    town = options.open()
    beads, target = parted(words, town.config)
    if travel.merge and target is not None and target.by_person:
        raise LedgerError(f"{target} gets no convoy, which --merge is about; leave it out")
    may_wait = target is not None and not wait and api_url(town.layout, town.config) is None
    if not may_wait and not (target and target.by_person):
        check_town_is_up(town)  # else a convoy would be left behind that nobody asked for
    order = Order(
        formula=formula,
        values=parse_values(values),
        title=one_line(travel.title) if travel.title else "",
        profile=travel.profile,
        merge=travel.merge,
    )

    def look(convoy: Bead) -> None:
        check_plan(town, convoy, plan_for(town, convoy, formula, order.values))

    slung = hang(town, beads, target, order, look=look, actor=me())
    if not slung.convoy:
        return _tell_hung(options, slung, "a person's: the town leaves it alone")
    if may_wait:
        return _tell_hung(options, slung, f"{slung.convoy} starts with the town: town up")
    for bead, agent in slung.hooks.items():
        tell(f"{bead} hangs on the hook of {agent}")
    return launch_and_tell(options, town, slung.convoy, formula, values, wait=wait, slung=True)


def unsling(what: str, /, *, reason: str = "taken off", options: Options = PLAIN) -> None:
    """Take a bead off its hook before its work has begun; it is open again.

    Args:
        what: The bead, or the agent on whose hook it hangs.
        reason: Why; kept with the bead.
    """
    done = take_off(options.open(), what, reason, actor=me())
    closed = [f"{done.closed} carried nothing else and is closed"] if done.closed else []
    kept = [f"{done.kept} stays {done.bead}'s: work lies there"] if done.kept else []
    show(options, done, f"{done.bead} is off the hook of {done.agent}", *closed, *kept)


def _tell_hung(options: Options, slung: Slung, said: str) -> int:
    lines = [f"{bead} hangs on the hook of {agent}" for bead, agent in slung.hooks.items()]
    show(options, slung, *lines, said)
    return 0
