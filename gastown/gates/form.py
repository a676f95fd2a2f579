"""Form: what a person may be asked at a gate beside yes or no, and what is made of the answer.

A step's `metadata.form` is a table of fields; each is written as a variable of a formula is:
`description`, `default`, `required`, `enum`, `pattern`, `type`.
"""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from gastown.errors import LedgerError
from gastown.formula.plan import Plan, PlannedStep
from gastown.formula.values import typed
from gastown.formula.var import Var
from gastown.formula.vars import misfits

FORM = "form"
RESERVED = frozenset({"decision", "answer", "comment", "approved"})
"""What each answer has by itself; no field may be called so."""

Form = Mapping[str, Var]


def form_of(plan: Plan, key: str) -> dict[str, Var]:
    """The fields of a gate: its own, else those of the step that it stands in front of.

    Raises LedgerError for a table that is no form.
    """
    asking = (plan.by_key[key], *guarded(plan, key))
    tables = [step.metadata.get(FORM) for step in asking]
    written = next((table for table in tables if table), None)
    if written is None:
        return {}
    if not isinstance(written, dict):
        raise LedgerError(f"{key}: metadata.form is a table of fields, not {written!r}")
    return {name: _field(key, name, one) for name, one in cast("dict[str, Any]", written).items()}


def guarded(plan: Plan, key: str) -> list[PlannedStep]:
    """The step that a gate stands in front of, `ship` for `ship.gate-human`; of others none."""
    name = plan.by_key[key].step
    behind = (plan.by_key[one] for one in plan.dependents[key])
    return [step for step in behind if name.startswith(f"{step.step}.gate-")]


def question(plan: Plan, key: str) -> str:
    """What is asked at a gate, as Markdown: its own words, then those of the step behind it."""
    step = plan.by_key[key]
    texts = [step.description, *(one.description for one in guarded(plan, key))]
    own = next((text.strip() for text in texts if text.strip()), "")
    parts = [f"**{step.title}**", own]
    if step.acceptance:
        parts.append(f"Done when: {step.acceptance}")
    return "\n\n".join(part for part in parts if part)


def output_of(form: Form, answer: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as the step's output, each field of its own type.

    Raises LedgerError with everything that is wrong with it.
    """
    texts = {name: _text(value) for name, value in given.items()}
    wrong = [f"{name}: the form has no such field" for name in texts if name not in form]
    output: dict[str, Any] = {"approved": True, "answer": answer}
    for name, field in form.items():
        said = texts.get(name, "") or (field.default or "")
        if not said and field.required:
            wrong.append(f"{name}: is missing")
        wrong += [f"{name}: {one}" for one in misfits(field, said)]
        if not wrong:
            output[name] = typed(field.type, said)
    if wrong:
        raise LedgerError("; ".join(wrong))
    return output


def _field(key: str, name: str, written: Any) -> Var:
    if name in RESERVED or not name.isidentifier() or name.startswith("_"):
        raise LedgerError(f"{key}: metadata.form.{name}: no field may be called so")
    try:
        return Var.model_validate(written)
    except ValidationError as error:
        raise LedgerError(f"{key}: metadata.form.{name}: {error.errors()[0]['msg']}") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in cast("list[Any]", value))
    return str(value).strip()
