"""Go texts: Go-template text that can't be understood."""

from collections.abc import Iterator

from gastown.errors import TemplateError
from gastown.formula.finding import Path, Remark
from gastown.formula.gotext.render import fields
from gastown.formula.model import Formula


def go_texts(formula: Formula) -> Iterator[Remark]:
    """What is wrong with the texts that are rendered over a run's values.

    A leg's own text that is no template is used as it stands: Gas Town renders only what all legs
    are told, so that braces in a leg may be meant for the agent.
    """
    for path, text, own in _texts(formula):
        try:
            fields(text)
        except TemplateError as error:
            if own:
                message = f"is no Go-template text, so it stays as it is written ({error})"
                yield Remark(path, message, "warning")
            else:
                yield Remark(path, str(error), "error", "gt: fails when it runs")


def _texts(formula: Formula) -> Iterator[tuple[Path, str, bool]]:
    """Each text with its path, and whether it is a leg's own."""
    for key, listed in (("legs", formula.legs), ("aspects", formula.aspects)):
        for at, one in enumerate(listed):
            for name in ("title", "focus", "description"):
                yield (key, at, name), getattr(one, name), True
    if formula.legs or formula.aspects:
        yield ("prompts", "base"), formula.prompts.get("base", ""), False
    for key in ("directory", "leg_pattern", "synthesis"):
        yield ("output", key), getattr(formula.output, key), False
    if formula.synthesis:
        for key in ("title", "description"):
            yield ("synthesis", key), getattr(formula.synthesis, key), False
