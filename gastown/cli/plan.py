"""`town plan …`: an idea, planned by the Mayor with the rigs' Crew; a person decides."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.beads.bead import CLOSED
from gastown.cli.change import me
from gastown.cli.launching import VALUES, check_launch, check_town_is_up, launch_and_tell
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table, tell
from gastown.cli.values import parse_values
from gastown.errors import GasTownError, LedgerError
from gastown.planning.document import PlanDocument
from gastown.planning.pour import found
from gastown.planning.text import in_order
from gastown.town.town import Town

app = group("plan", "Plans: an idea, planned by the Mayor with the rigs' Crew; a person decides.")
_RIGS = Annotated[tuple[str, ...], Parameter(name=["--rig", "-r"])]
_YES = Annotated[bool, Parameter(name=["--yes", "-y"])]


@app.default
def make(
    idea: str,
    /,
    *,
    rig: _RIGS = (),
    profile: str = "",
    yes: _YES = False,
    options: Options = PLAIN,
) -> int:
    """Plan an idea and show what it will take; sling it if you say so.

    The plan is kept, whatever you say; nothing else is created before you do.

    Args:
        idea: What you want, in your own words.
        rig: A rig that it may touch; may be repeated. [default: all]
        profile: balanced, frugal, premium or your own. [default: the town's]
        yes: Sling it without asking.
    """
    from tasks.briefing import Order
    from tasks.forecasting import Wish
    from tasks.mayor import make_plan

    town = options.open()
    if yes:
        check_town_is_up(town)  # else all of it would be paid for and then not run
    if profile:
        town.config.profile(profile)
    order = Order(idea, rig, wish=Wish(profile=profile), author=me())
    return _decide(options, town, make_plan(town, order, tell), profile, yes=yes)


@app.command
def revise(
    plan: str,
    remark: str,
    /,
    *,
    rig: _RIGS = (),
    profile: str = "",
    yes: _YES = False,
    options: Options = PLAIN,
) -> int:
    """Let the Mayor plan anew with your remark; the version before is kept.

    Args:
        plan: Its id, plan-….
        remark: What shall be different.
        rig: The rigs it may touch now; may be repeated. [default: those it had]
        profile: As of `town plan`.
        yes: Sling it without asking.
    """
    from tasks.briefing import Order
    from tasks.forecasting import Wish
    from tasks.mayor import make_plan, plans_of

    town = options.open()
    before = plans_of(town).show(plan)
    if (slung := found(town.ledger, before.id)) is not None:
        raise LedgerError(
            f"{plan} is slung as {slung.convoy.id} already; make a new plan for what is different"
        )
    if yes:
        check_town_is_up(town)
    if profile:
        town.config.profile(profile)
    order = Order(before.idea, rig, remark, before, Wish(profile=profile), me())
    return _decide(options, town, make_plan(town, order, tell), profile, yes=yes)


@app.command(name="show")
def show_(plan: str, /, *, version: int = 0, options: Options = PLAIN) -> None:
    """Show a plan as it is kept, and what has become of it.

    Args:
        plan: Its id, plan-….
        version: An older one. [default: the newest]
    """
    from tasks.mayor import plans_of

    town = options.open()
    document = plans_of(town).show(plan, version)
    show(options, _json(town, document), *_page(town, document))


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the plans, oldest first."""
    from tasks.mayor import plans_of

    town = options.open()
    plans = plans_of(town).newest()
    rows = [
        (
            one.id,
            one.version,
            len(one.beads),
            ", ".join(p.rig for p in one.rigs),
            _state(town, one),
            one.title,
        )
        for one in plans
    ]
    columns = ("id", "version", "beads", "rigs", "convoy", "title")
    show(options, [_json(town, one) for one in plans], table("plans", columns, rows))


@app.command
def sling(
    plan: str,
    /,
    *,
    formula: str = "convoy",
    values: VALUES = (),
    profile: str = "",
    wait: bool = False,
    options: Options = PLAIN,
) -> int:
    """Make a plan's beads and convoy and launch it; twice is once.

    Args:
        plan: Its id, plan-….
        formula: The workflow.
        values: NAME=VALUE for a variable of the formula; may be repeated.
        profile: balanced, frugal, premium or your own. [default: the town's]
        wait: Until it has landed; exit code 1 when it did not.
    """
    from tasks.mayor import plans_of

    town = options.open()
    document = plans_of(town).show(plan)
    check_town_is_up(town)
    convoy = _poured(town, document, profile, formula, parse_values(values))
    return launch_and_tell(options, town, convoy, formula, values, wait=wait)


def _poured(
    town: Town, document: PlanDocument, profile: str, formula: str, values: Mapping[str, str]
) -> str:
    """The plan's convoy, fit to be launched. Raises GasTownError, saying what stands, if it is not.

    What was made stays: it is what a person said yes to, and the next time it is found.
    """
    from tasks.mayor import sling_plan

    poured = sling_plan(town, document, profile=profile, actor=me())
    convoy = poured.convoy
    if convoy.status == CLOSED:
        raise LedgerError(
            f"{convoy.id} of {document.id} is over ({convoy.close_reason}); open beads of it "
            f"travel with: town sling BEAD…"
        )
    try:
        check_launch(town, convoy.id, formula, values)
    except GasTownError as refused:
        raise LedgerError(
            f"{convoy.id} of {document.id} is made and not launched: {refused}; set that right, "
            f"then: town plan sling {document.id}"
        ) from None
    return convoy.id


def _decide(
    options: Options, town: Town, document: PlanDocument, profile: str, *, yes: bool
) -> int:
    """Show all of it, then sling it if that is wanted."""
    if not options.json:
        show(options, None, *_page(town, document))
    if not (yes or (not options.json and _asks(f"Sling {document.id} now?"))):
        if options.json:
            show(options, _json(town, document))
        return 0
    check_town_is_up(town)
    convoy = _poured(town, document, profile, "convoy", {})
    from flows.launch import launch

    launched = launch(town, convoy)
    data = {**_json(town, document), "launched": launched}
    show(options, data, f"{convoy} is on its way: {launched.name}", launched.ui)
    return 0


def _asks(question: str) -> bool:
    """A person's yes; where nobody sits it is no, and said how to say yes later."""
    if not sys.stdin.isatty():
        return False
    tell(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _page(town: Town, document: PlanDocument) -> list[RenderableType]:
    from gastown.planning.text import markdown
    from tasks.mayor import open_doubles

    state = _state(town, document)
    page: list[RenderableType] = [markdown(document)]
    page.append(table("beads", ("key", "rig", "needs", "title"), _rows(document)))
    if document.prospect is not None:
        page += [f"note: {note}" for note in document.prospect.notes]
        page += [f"warning: {warning}" for warning in document.prospect.warnings]
    if not state:
        page += [f"warning: {double}" for double in open_doubles(town, document)]
    file = Path(town.layout.private("mayor"), document.place, "plan.md").relative_to(town.root)
    page.append(f"{document.id} is kept in {file}")
    page.append(f"slung as {state}" if state else f"sling it: town plan sling {document.id}")
    return page


def _rows(document: PlanDocument) -> list[tuple[str, str, str, str]]:
    return [
        (bead.key, bead.rig, ", ".join(bead.needs), bead.title) for bead in in_order(document.beads)
    ]


def _state(town: Town, document: PlanDocument) -> str:
    slung = found(town.ledger, document.id)
    return f"{slung.convoy.id} ({slung.convoy.status})" if slung else ""


def _json(town: Town, document: PlanDocument) -> dict[str, Any]:
    slung = found(town.ledger, document.id)
    warnings = document.prospect.warnings if document.prospect else ()
    return {
        **document.model_dump(mode="json"),
        "warnings": warnings,
        "convoy": slung.convoy.id if slung else None,
        "made": dict(slung.beads) if slung else {},
    }
