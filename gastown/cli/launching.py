"""Launching a convoy from the command line, for `town convoy launch` and `town sling`."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from gastown.beads.bead import Bead
from gastown.catalogue.roles import ROLES
from gastown.cli.board import draw
from gastown.cli.options import Options
from gastown.cli.out import show, tell
from gastown.cli.prefect import use_engine
from gastown.cli.values import parse_values
from gastown.cli.watch import watching
from gastown.convoys.board import board
from gastown.convoys.convoy import show_convoy, summary
from gastown.convoys.molecule import check_formula, find_molecule
from gastown.convoys.planned import plan_for
from gastown.errors import ConfigError
from gastown.formula.plan import Plan, PlannedStep
from gastown.gates.words import how_to_answer
from gastown.placement.ask import ask_of
from gastown.placement.resolve import resolve
from gastown.placement.seat import Hold, model_at
from gastown.town.engine import require_api_url
from gastown.town.town import Town

_POLL_S = 0.5

VALUES = Annotated[tuple[str, ...], Parameter(name=["--set", "-s"])]


def check_town_is_up(town: Town) -> None:
    """Make this process the server's client. Raises GasTownError when the town is down."""
    use_engine(town, require_api_url(town.layout, town.config))


def launch_and_tell(
    options: Options,
    town: Town,
    convoy: str,
    formula: str,
    values: Sequence[str],
    *,
    wait: bool,
    slung: bool = False,
) -> int:
    """Start the deployment for a convoy; with `wait`, 1 when it did not land.

    One that was slung has one run of its own, which the town may have started by now.

    What cannot end well is refused here, and not minutes later in a flow run.
    """
    given = parse_values(values)
    check_town_is_up(town)
    check_launch(town, convoy, formula, given)
    from flows.launch import launch
    from flows.launch import wait as wait_for
    from flows.propulsion import key_of

    key = key_of(convoy) if slung else ""
    launched = launch(town, convoy, formula=formula, values=given, key=key)
    if not wait:
        said = "runs already as" if launched.again else "is on its way:"
        waits = [f"it waits for a gate: {how_to_answer(gate)}" for gate in launched.waits_for]
        show(options, launched, f"{convoy} {said} {launched.name}", launched.ui, *waits)
        return 0
    tell(f"{convoy}: {launched.ui}")
    with watching(Console(stderr=True), lambda: board(town.ledger, convoy)) as look:
        state = wait_for(
            town, launched.run, on_poll=look, on_gates=_tell_gates, longest_nap_s=_POLL_S
        )
    return _tell_end(options, town, convoy, landed=state.is_completed(), why=state.message or "")


def _tell_gates(gates: Sequence[str]) -> None:
    for gate in gates:
        tell(f"waits for gate {gate}: {how_to_answer(gate)}")


def check_launch(town: Town, convoy: str, formula: str, values: Mapping[str, str]) -> None:
    """Refuse what a flow run would fail at: a formula that does not cook, a role without model."""
    standing = find_molecule(town.ledger, convoy)
    if standing is not None:
        check_formula(standing, town.shelf().take(formula).name)
        plan = standing.plan
    else:
        plan = plan_for(town, show_convoy(town.ledger, convoy), formula, values)
    check_plan(town, show_convoy(town.ledger, convoy), plan)


def check_plan(town: Town, convoy: Bead, plan: Plan) -> None:
    """Refuse a plan with a step for which there is no model; the convoy need not be there yet."""
    for step in plan.steps:
        if step.kind == "work" and step.role:
            _check_seat(town, convoy, step)


def _check_seat(town: Town, convoy: Bead, step: PlannedStep) -> None:
    """A step whose model is not known, or is served nowhere, would only fail later."""
    bead = town.ledger.show(step.bead) if step.bead else None
    ask = ask_of(step.role, step.rig, bead, convoy)
    seat = resolve(town.config, ask)
    if isinstance(seat, Hold):
        raise ConfigError(
            f"{step.key} has no seat: {seat.reason}; see: town model resolve --role {step.role}"
        )
    model = model_at(seat, "local")
    if model is not None and not ROLES[step.role].tools:
        town.config.model(model)


def _tell_end(options: Options, town: Town, convoy: str, *, landed: bool, why: str) -> int:
    drawn = board(town.ledger, convoy)
    bead = show_convoy(town.ledger, convoy)
    data = {**summary(town.ledger, bead), "landed": landed, "message": why, "board": drawn}
    show(options, data, *draw(drawn), f"{convoy} {'landed' if landed else f'did not land: {why}'}")
    return int(not landed)
