"""`town formula …`: the workflows there are, what is wrong with one, and the plan it gives."""

from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table
from gastown.cli.values import parse_values
from gastown.convoys.convoy import scope_of, show_convoy
from gastown.errors import FormulaError
from gastown.formula.cook import cook as cook_plan
from gastown.formula.find import FormulaFile, find_formula, list_formulas
from gastown.formula.lint import lint as lint_text
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, Scope

ROLES = ("defender", "polecat", "refinery", "watchdog", "librarian", "gauger", "spotter")
"""The roles that `tasks` plays; named here too, because `tasks` imports Prefect."""

app = group("formula", "Formulas: the workflows that convoys go through.")


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the formulas: the town's own, then those that we ship."""
    found = [_in_short(file) for file in list_formulas(options.open().formula_folders)]
    shown = [(one["name"], one.get("steps", "broken"), one["description"]) for one in found]
    show(options, found, table("formulas", ("name", "steps", "description"), shown))


@app.command(name="show")
def show_(name: str, /, *, options: Options = PLAIN) -> None:
    """Show a formula: its variables and its steps.

    Args:
        name: Its name, or the path of its file.
    """
    formula = _find(options, name).load()
    show(options, formula, *_drawn(formula))


@app.command
def lint(names: list[str], /, *, options: Options = PLAIN) -> int:
    """Say what is wrong or odd in formulas; exit code 1 when something is wrong.

    Args:
        names: Names, or paths of files.
    """
    files = [_find(options, name) for name in names]
    found = [one for file in files for one in lint_text(file.text(), file.source, ROLES)]
    lines = [f"{one.severity}: {one}" for one in found] or ["nothing to say"]
    show(options, [asdict(one) for one in found], *lines)
    return int(any(one.severity == "error" for one in found))


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
    town = options.open()
    formula = _find(options, name).load()
    scope = Scope()
    if convoy:
        scope = scope_of(town.ledger, town.config, show_convoy(town.ledger, convoy))
    plan = cook_plan(formula, scope, parse_values(values))
    show(options, plan, _plan(plan))


def _find(options: Options, name: str) -> FormulaFile:
    return find_formula(name, options.open().formula_folders)


def _in_short(file: FormulaFile) -> dict[str, Any]:
    named = {"name": file.name, "source": file.source}
    try:
        formula = file.load()
    except FormulaError as error:
        return {**named, "description": error.findings[0], "errors": error.findings}
    first = " ".join(formula.description.split()).partition(". ")[0]
    return {**named, "description": first, "steps": len(formula.steps)}


def _drawn(formula: Formula) -> list[RenderableType]:
    variables = [
        (name, var.type, "required" if var.required else var.default, var.description)
        for name, var in formula.vars.items()
    ]
    steps = [(s.id, s.role, s.each, ", ".join([*s.needs, *s.depends_on])) for s in formula.steps]
    return [
        pairs([("formula", formula.name), ("source", formula.source)]),
        formula.description.strip(),
        table("variables", ("name", "type", "default", "description"), variables),
        table("steps", ("step", "role", "each", "needs"), steps),
    ]


def _plan(plan: Plan) -> RenderableType:
    rows = [(step.key, step.role, step.title, ", ".join(step.needs)) for step in plan.steps]
    return table(f"plan {plan.digest}", ("key", "role", "title", "needs"), rows)
