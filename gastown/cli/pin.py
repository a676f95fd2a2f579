"""`town bead pin`: what a person decides about the model of one bead."""

from typing import Annotated, Any

from cyclopts import Parameter

from gastown.cli.change import me
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show
from gastown.errors import LedgerError, NotFoundError
from gastown.placement.ask import CONTEXT, LOCAL_ONLY, MODEL
from gastown.town.rules import said
from gastown.town.town import Town


def pin(
    bead: str,
    /,
    *,
    model: str | None = None,
    local_only: Annotated[bool | None, Parameter(negative="--anywhere")] = None,
    context: int | None = None,
    options: Options = PLAIN,
) -> None:
    """Say which model may do a bead; what is not said stays. See `town model resolve BEAD`.

    Args:
        bead: Its id.
        model: The only one that may; "" for whichever is its turn.
        local_only: No model of the cloud may see it.
        context: Tokens a model must hold; 0 for any.
    """
    town = options.open()
    wanted = {
        MODEL: _known(town, model),
        LOCAL_ONLY: local_only,
        CONTEXT: context,
    }
    changes = {key: value for key, value in wanted.items() if value is not None}
    if not changes:
        raise LedgerError(f"{bead}: say --model NAME, --local-only, --anywhere or --context TOKENS")
    if context is not None and context < 0:
        raise LedgerError(f"{bead}: --context is {context}; say 0 or more")
    after = town.ledger.update(bead, {"metadata": changes}, actor=me())
    show(options, after, f"{bead}: {', '.join(_line(*one) for one in changes.items())}")


def _known(town: Town, model: str | None) -> str | None:
    """The model's name in the catalogue. Raises NotFoundError."""
    if model is None or not said(model):
        return None if model is None else ""
    name = town.config.catalogue.find(said(model))
    if name is None:
        known = ", ".join(sorted(town.config.catalogue.rows))
        raise NotFoundError(f"unknown model {model!r}; models: {known}")
    return name


def _line(key: str, value: Any) -> str:
    return f"{key} {value if value != '' else 'any'}"
