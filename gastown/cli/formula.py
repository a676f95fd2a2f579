"""`town formula …`: the workflows there are, what is wrong with one, and the plan it gives."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table, tell
from gastown.cli.values import parse_values
from gastown.convoys.convoy import scope_of, show_convoy
from gastown.errors import FormulaError, GasTownError, NotFoundError
from gastown.formula.binding import SCOPES
from gastown.formula.cook import cook as cook_plan
from gastown.formula.find import FormulaFile, find_formula, is_path
from gastown.formula.inputs import variables
from gastown.formula.legs import SYNTHESIS
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, Scope
from gastown.formula.shelf import Shelf
from gastown.formula.var import Var
from gastown.town.town import Town

app = group("formula", "Formulas: the workflows that convoys go through.")
app.command("gastown.cli.formula_run:run", name="run", help="Run a formula, as its own convoy.")
app.command("gastown.cli.formula_lint:lint", name="lint", help="Say what is wrong or odd in them.")
app.command("gastown.cli.formula_lint:convert", name="convert", help="Print one as TOML or JSON.")


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the formulas: the town's own, then those that we ship."""
    shelf = shelf_of(options)
    found = [_in_short(shelf, file) for file in shelf.list()]
    shown = [
        (one["name"], one.get("type", ""), one.get("steps", "broken"), one["description"])
        for one in found
    ]
    show(options, found, table("formulas", ("name", "type", "steps", "description"), shown))


@app.command(name="show")
def show_(name: str, /, *, options: Options = PLAIN) -> None:
    """Show a formula: its variables and its steps, with all that it inherits.

    Args:
        name: Its name, or the path of its file.
    """
    formula = shelf_of(options).take(name)
    show(options, formula, *_drawn(formula))


@app.command
def cook(
    name: str,
    /,
    *,
    convoy: str = "",
    values: Annotated[tuple[str, ...], Parameter(name=["--set", "-s"])] = (),
    options: Options = PLAIN,
) -> None:
    """Show the plan that a formula gives: what would run, and in which order. Nothing is run.

    Args:
        name: The formula's name, or the path of its file.
        convoy: The convoy whose rigs, beads and assemblies it is cooked over.
        values: NAME=VALUE for a variable of the formula; may be repeated.
    """
    shelf, scope = shelf_of(options), Scope()
    if convoy:
        town = options.open()
        scope = scope_of(town.ledger, town.config, show_convoy(town.ledger, convoy))
        shelf = town.shelf(scope.only_rig)
    formula = shelf.take(name)
    plan = cook_plan(formula, scope, parse_values(values), shelf.library)
    if not convoy and (lost := [step.id for step in formula.steps if step.each in SCOPES]):
        tell(
            f"over no convoy there is nothing for {', '.join(lost)}: "
            f"give one with --convoy (town convoy list)"
        )
    show(options, plan, _plan(plan))


def find_file(options: Options, name: str) -> FormulaFile:
    """The file of a formula: of the town, of those that we ship, or the one at that path."""
    folders = () if is_path(name) else _folders(options)
    return find_formula(name, folders)


def _folders(options: Options) -> Sequence[Path]:
    return shelf_of(options).folders


def shelf_of(options: Options) -> Shelf:
    """The town's formulas; outside of any town there are those that we ship."""
    try:
        root = options.root
    except NotFoundError:
        return Shelf()
    return Town.open(root).shelf()


def _in_short(shelf: Shelf, file: FormulaFile) -> dict[str, Any]:
    named = {"name": file.name, "source": file.source}
    try:
        formula = shelf.take(file.name)
    except GasTownError as error:
        said = error.findings if isinstance(error, FormulaError) else [str(error)]
        return {**named, "description": said[0], "errors": said}
    first = " ".join(formula.description.split()).partition(". ")[0]
    steps = len(_steps(formula))
    return {**named, "type": formula.type, "description": first, "steps": steps}


def _drawn(formula: Formula) -> list[RenderableType]:
    asked = variables(formula) if formula.legs else formula.vars
    shown = [(name, var.type, _default(var), var.description) for name, var in asked.items()]
    return [
        pairs([("formula", formula.name), ("type", formula.type), ("source", formula.source)]),
        formula.description.strip(),
        table("variables", ("name", "type", "default", "description"), shown),
        table("steps", ("step", "role", "each", "needs"), _steps(formula)),
    ]


def _steps(formula: Formula) -> list[tuple[str, str, str, str]]:
    """What the formula does, by the name that its kind has for it."""
    found = [
        (step.id, step.role, step.each, ", ".join(step.edges))
        for step in (*formula.steps, *formula.template)
    ]
    found += [(leg.id, leg.role, "", "") for leg in formula.legs]
    found += [(aspect.id, "", "", "") for aspect in formula.aspects]
    if formula.synthesis:
        needs = formula.synthesis.depends_on or tuple(leg.id for leg in formula.legs)
        found.append((SYNTHESIS, formula.synthesis.role, "", ", ".join(needs)))
    return found


def _default(var: Var) -> str:
    return ("required" if var.required else "") if var.default is None else var.default


def _plan(plan: Plan) -> RenderableType:
    rows = [(step.key, step.role, step.title, ", ".join(step.needs)) for step in plan.steps]
    return table(f"plan {plan.digest}", ("key", "role", "title", "needs"), rows)
