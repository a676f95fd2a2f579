"""Item texts: what `{item}`, `{item.field}` and `{index}` say of one item of a fan-out."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from gastown.errors import FormulaError
from gastown.formula.outcome import text_at

_NAME = re.compile(r"(?<!\{)\{(index|item(?:\.[^{}\s]+)?)\}(?!\})")


def item_texts(texts: Mapping[str, str], item: object, index: int) -> dict[str, str]:
    """The texts with the item put in, once: braces within an item stay what they are.

    A field that an item lacks is empty. Raises FormulaError for a field of what has none.
    """
    return {
        name: _NAME.sub(lambda match: _text(match[1], item, index), text)
        for name, text in texts.items()
    }


def _text(name: str, item: object, index: int) -> str:
    if name == "index":
        return str(index)
    if name == "item":
        return item if isinstance(item, str) else json.dumps(item, sort_keys=True)
    if not isinstance(item, Mapping):
        kind = type(item).__name__
        raise FormulaError([f"item {index} is {kind} and has no fields, so no {{{name}}}"])
    path = name.split(".")[1:]
    return text_at(cast("Mapping[str, Any]", item), path) or ""
