"""`town mol …`: molecules, the poured formulas: worked by hand, bonded, squashed, burned."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.beads.bead import CLOSED
from gastown.cli.change import me
from gastown.cli.formula_run import NOTHING, Over, run_of
from gastown.cli.launching import VALUES
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table, tell
from gastown.cli.values import parse_values
from gastown.convoys.bond import Bond, Mode
from gastown.convoys.molecule import MOLECULE
from gastown.convoys.run import create_run
from gastown.convoys.standing import Standing, StepStanding, standing_of
from gastown.errors import GasTownError, NotFoundError
from gastown.town.town import Town

if TYPE_CHECKING:
    from gastown.convoys.molecule import Molecule

app = group("mol", "Molecules: formulas that were poured, and how far they are.")
_SHOWN = 100  # steps that `current` draws; a longer one is drawn around what is at work
_BAR = 30


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class How:
    """How a further formula is put onto a molecule."""

    ref: Annotated[str, Parameter(help="What the new steps are called by: REF.STEP.")]
    mode: Annotated[
        Mode, Parameter(help="After everything, beside everything, or when a condition holds.")
    ] = "sequential"
    after: Annotated[str, Parameter(help="Key of the step that they wait for, instead.")] = ""
    at: Annotated[str, Parameter(help="A bond point of the molecule's formula, instead.")] = ""
    condition: Annotated[
        str,
        Parameter(name="--if", help='A run-time condition, "steps.test.output.green == false".'),
    ] = ""


@app.command
def pour(
    name: str, /, *, over: Over = NOTHING, values: VALUES = (), options: Options = PLAIN
) -> None:
    """Pour a formula into beads that git keeps, to be worked by hand or launched later.

    Args:
        name: The formula's name, or the path of its file.
        values: NAME=VALUE for a variable of the formula; may be repeated.
    """
    _pour(options, name, over, values, ephemeral=over.wisp)


@app.command
def wisp(
    name: str, /, *, over: Over = NOTHING, values: VALUES = (), options: Options = PLAIN
) -> None:
    """Pour a formula into beads that git never sees; squash or burn them when they are done.

    Args:
        name: The formula's name, or the path of its file.
        values: NAME=VALUE for a variable of the formula; may be repeated.
    """
    _pour(options, name, over, values, ephemeral=True)


@app.command
def current(molecule: str = "", /, *, options: Options = PLAIN) -> None:
    """Show where each step stands: done, current, ready, gate or waiting.

    Args:
        molecule: It, one of its steps, or its convoy. [default: the only one under way]
    """
    standing = _standing(options, molecule)
    show(options, standing, _drawn(standing, _around(standing)), _sum(standing))


@app.command
def progress(molecule: str = "", /, *, options: Options = PLAIN) -> None:
    """Show how far it is.

    Args:
        molecule: It, one of its steps, or its convoy. [default: the only one under way]
    """
    standing = _standing(options, molecule)
    total = len(standing.work)
    full = round(_BAR * standing.done / total) if total else _BAR
    data = {
        "molecule": standing.molecule,
        "formula": standing.formula,
        "done": standing.done,
        "total": total,
        "current": [step.title for step in standing.in_state("current")],
        "ready": [step.title for step in standing.in_state("ready")],
        "gates": [step.title for step in standing.in_state("gate")],
    }
    show(options, data, f"{'█' * full}{'░' * (_BAR - full)} {_sum(standing)}")


@app.command
def ready(molecule: str = "", /, *, options: Options = PLAIN) -> None:
    """List the steps that may be worked on now.

    Args:
        molecule: It, one of its steps, or its convoy. [default: the only one under way]
    """
    standing = _standing(options, molecule)
    show(options, standing.in_state("ready"), _drawn(standing, standing.in_state("ready")))


@app.command
def squash(molecule: str, /, *, summary: str = "", options: Options = PLAIN) -> None:
    """Make a digest of a finished molecule; of a wisp only the digest stays.

    Args:
        molecule: It, or its convoy.
        summary: What to write in the digest. [default: what each step said]
    """
    from flows.by_hand import molecule_at
    from tasks.squash import squash as make_digest

    town = options.open()
    done = make_digest(town, molecule_at(town, molecule), summary)
    gone = f"; {done.forgotten} beads are gone" if done.forgotten else ""
    show(options, done, f"{done.digest}: digest of {done.steps} steps{gone}")


@app.command
def burn(molecule: str, /, *, force: bool = False, options: Options = PLAIN) -> None:
    """Give a molecule up without a digest; of a wisp nothing stays.

    Args:
        molecule: It, or its convoy.
        force: Even if work is not merged; that work is lost.
    """
    from flows.by_hand import molecule_at
    from tasks.burn import burn as give_up

    town = options.open()
    burned = give_up(town, molecule_at(town, molecule), force=force)
    lines = [f"removed {line}" for line in burned.removed]
    gone = f"; {burned.forgotten} beads are gone" if burned.forgotten else ""
    show(options, burned, *lines, f"{burned.convoy} is burned{gone}")


@app.command
def bond(
    molecule: str,
    formula: str,
    /,
    *,
    how: How,
    values: VALUES = (),
    options: Options = PLAIN,
) -> None:
    """Put a further formula onto a molecule that is under way; no run may be at it.

    Args:
        molecule: It, one of its steps, or its convoy.
        formula: The formula's name, or the path of its file.
        values: NAME=VALUE for a variable of the formula; may be repeated.
    """
    from flows.by_hand import bond as bond_to
    from flows.by_hand import molecule_at

    town = options.open()
    standing = molecule_at(town, molecule)
    wish = Bond(ref=how.ref, mode=how.mode, after=how.after, at=how.at, condition=how.condition)
    grown = bond_to(town, standing, formula, parse_values(values), wish)
    more = len(grown.plan.steps) - len(standing.plan.steps)
    data = {"molecule": grown.id, "ref": how.ref, "new_steps": more, "steps": len(grown.plan.steps)}
    show(options, data, f"{grown.id} has {more} more steps under {how.ref}")


@app.command
def distill(
    source: str,
    name: str,
    /,
    *,
    values: Annotated[tuple[str, ...], Parameter(name=["--var", "-v"])] = (),
    save: bool = False,
    options: Options = PLAIN,
) -> None:
    """Write a formula of what was done once: a molecule, an epic or a convoy.

    Args:
        source: The molecule, one of its steps, an epic, or a convoy.
        name: What the formula is called.
        values: NAME=TEXT: a variable, and the text that it stands for; may be repeated.
        save: Into the town's formulas, instead of on the screen.
    """
    from flows.by_hand import distilled
    from gastown.formula.written import written

    town = options.open()
    text = written(distilled(town, source, name, parse_values(values)))
    place = town.layout.formulas / f"{name}.formula.toml"
    if not save:
        show(options, {"formula": name, "text": text}, text)
        return
    _write_new(place, text)
    show(options, {"formula": name, "file": str(place)}, f"written: {place}")


def _write_new(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise GasTownError(f"{place} is there already; choose another name") from None


def _pour(options: Options, name: str, over: Over, values: VALUES, *, ephemeral: bool) -> None:
    from flows.by_hand import begun
    from tasks.pouring import prepare

    town, given = options.open(), parse_values(values)
    run, formula = run_of(town, name, over, given)
    if formula.phase == "vapor" and not ephemeral:
        tell(f"warning: {formula.name} says phase = vapor: it is meant for a wisp (town mol wisp)")
    convoy = create_run(
        town.ledger, town.config, run.model_copy(update={"ephemeral": ephemeral}), actor=me()
    )
    try:
        molecule = begun(town, prepare(town, convoy.id, name, given))
    except GasTownError as refused:
        town.ledger.close(convoy.id, f"not poured: {refused}")
        raise
    standing = standing_of(town.ledger, molecule)
    how = f"town convoy launch {convoy.id} --formula {formula.name}"
    said = [
        pairs([("molecule", molecule.id), ("convoy", convoy.id)]),
        _drawn(standing, standing.work),
        f"by hand: town mol ready {molecule.id}; by agents: {how}",
    ]
    show(options, standing, *said)


def _standing(options: Options, name: str) -> Standing:
    from flows.by_hand import molecule_at

    town = options.open()
    molecule = molecule_at(town, name) if name else _only(town)
    return standing_of(town.ledger, molecule)


def _only(town: Town) -> "Molecule":
    from flows.by_hand import molecule_at

    found = [one for one in town.ledger.find(issue_type=MOLECULE) if one.status != CLOSED]
    if len(found) != 1:
        names = ", ".join(one.id for one in found) or "none"
        raise NotFoundError(f"say which molecule; under way: {names}")
    return molecule_at(town, found[0].id)


def _around(standing: Standing) -> tuple[StepStanding, ...]:
    """All steps, or of a long molecule those around the first that is open."""
    if len(standing.work) <= _SHOWN:
        return standing.work
    first = next((n for n, one in enumerate(standing.work) if one.state != "done"), 0)
    start = max(0, min(first - _SHOWN // 2, len(standing.work) - _SHOWN))
    return standing.work[start : start + _SHOWN]


def _drawn(standing: Standing, steps: tuple[StepStanding, ...]) -> RenderableType:
    rows = [
        (one.bead, one.state, one.title, one.who or one.role, ", ".join(one.open_needs))
        for one in steps
    ]
    left = len(standing.work) - len(steps)
    title = f"{standing.formula} ({standing.molecule}){f', {left} more' if left else ''}"
    return table(title, ("step", "state", "title", "who", "waits for"), rows)


def _sum(standing: Standing) -> str:
    total = len(standing.work)
    if standing.ended:
        return f"{total} steps, {standing.ended}"
    percent = round(100 * standing.done / total) if total else 100
    return f"{standing.done} of {total} steps done, {percent} %"
