"""Values of variables: written as text, number, truth or list; held as text ever after."""

from typing import Any, Literal, cast

Kind = Literal["string", "int", "bool", "list"]

FALSE = frozenset({"", "false", "0", "no", "off"})
TRUE = frozenset({"true", "1", "yes", "on"})


def kind_of(value: Any) -> Kind:
    """The type a written value has. Raises ValueError for one that no variable can hold."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, str | float):
        return "string"
    if isinstance(value, list | tuple):
        return "list"
    raise ValueError("a value is text, a number, true, false, or a list of these")


def text_of(value: Any) -> str:
    """A value as the text that is substituted; a list is joined by commas.

    Raises ValueError for what no variable can hold, and for a list item with a comma in it.
    """
    kind = kind_of(value)
    if kind == "list":
        return ",".join(_item(one) for one in cast("list[Any]", value))
    return str(value).lower() if kind == "bool" else str(value)


def _item(value: Any) -> str:
    text = text_of(value)
    if isinstance(value, list | tuple) or "," in text:
        raise ValueError("an item of a list may hold no comma and no further list")
    return text


def items(text: str) -> tuple[str, ...]:
    """The parts of a list value, each once, in the order written; empty ones fall away."""
    parts = (part.strip() for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def truthy(text: str) -> bool:
    """Everything is true but "", false, 0, no and off, in any case."""
    return text.strip().lower() not in FALSE


def typed(kind: Kind, text: str) -> Any:
    """A held value as what it was: a number, a truth, a list; None for a number that is empty."""
    match kind:
        case "int":
            return int(text) if text else None
        case "bool":
            return truthy(text)
        case "list":
            return list(items(text))
        case _:
            return text
