"""Schemas: pydantic models as the plain JSON schemas that every endpoint understands."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema without titles, descriptions of classes, or references."""
    schema = model.model_json_schema()
    schema.pop("description", None)
    return _inlined(schema, schema.pop("$defs", {}))


def function_of(name: str, description: str, model: type[BaseModel]) -> dict[str, Any]:
    """A tool in OpenAI's form."""
    function = {"name": name, "description": description, "parameters": schema_of(model)}
    return {"type": "function", "function": function}


def problems_of(error: ValidationError) -> str:
    """What is wrong, in one line a model can act on: `field: reason; field: reason`."""
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'answer'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False)
    )


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    match node:
        case list():
            return [_inlined(each, definitions) for each in cast("list[Any]", node)]
        case {"$ref": str(reference)}:
            meant = {**definitions[reference.rsplit("/", 1)[1]]}
            meant.pop("description", None)
            return _inlined(meant, definitions)
        case dict():
            items = cast("dict[str, Any]", node).items()
            return {k: _inlined(v, definitions) for k, v in items if not _is_title(k, v)}
        case _:
            return node


def _is_title(key: str, value: object) -> bool:
    """A property may be called `title` too; its value is a schema."""
    return key == "title" and isinstance(value, str)
