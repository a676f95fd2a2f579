"""door_wire: what may go through a door, in the manner of each of the four wires.

An agent's request is sent on under the row's model name, to the row's endpoint, with an end to its
answers and a wish to be counted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

_VERSIONS = ("/v1beta", "/v1")
_ASK = frozenset({"/chat/completions", "/completions", "/responses", "/messages"})
_READ = frozenset({"/models"})
_GOOGLE = "/models/"
_COUNT = "countTokens"
_VERBS = frozenset({"generateContent", "streamGenerateContent", _COUNT})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is sent on: its bytes, and how many tokens all its answers may have."""

    body: bytes
    answer: int


def short(path: str, model: str) -> str:
    """The path without the version, which is part of the endpoint's address, nor a query.

    Google's wire names the model in the path, and asks for events in the query.
    """
    bare, _, query = path.partition("?")
    for version in _VERSIONS:
        if bare.startswith(f"{version}/"):
            bare = bare.removeprefix(version)
            break
    verb = bare.rpartition(":")[2]
    if not (bare.startswith(_GOOGLE) and verb in _VERBS):
        return bare
    return f"{_GOOGLE}{model}:{verb}" + ("?alt=sse" if "alt=sse" in query else "")


def allowed(method: str, path: str) -> bool:
    """Whether a door leads there: to the model, and to the list of models."""
    return path in _READ if method == "GET" else path in _ASK or _is_google(path)


def keys(key: str | None) -> dict[str, str]:
    """The endpoint's key, in the manner of each wire."""
    return (
        {"Authorization": f"Bearer {key}", "x-api-key": key, "x-goog-api-key": key} if key else {}
    )


def _is_google(path: str) -> bool:
    return path.startswith(_GOOGLE) and path.partition("?")[0].rpartition(":")[2] in _VERBS


def adjusted(body: bytes, path: str, model: str, most: int) -> Asked:
    """The request under the row's model name, with an end to its answer, and to be counted.

    Args:
        body: As the agent sent it.
        path: Where it goes, as `short` has it.
        model: What the endpoint calls the row's model.
        most: Tokens that one answer may have.

    Raises:
        ValueError: It is no JSON object, so nobody could say what it may cost.
    """
    try:
        told = json.loads(body)
    except RecursionError:
        told = None
    if not isinstance(told, dict):
        raise ValueError("a request to a model is a JSON object")  # noqa: TRY004 - JSON's own kind
    asked = cast("dict[str, Any]", told)
    if path.startswith(_GOOGLE):
        config = _config(asked)
        end = _least(config.get("maxOutputTokens"), most)
        sent = {**asked, "generationConfig": {**config, "maxOutputTokens": end}}
        answers = _count(config.get("candidateCount"))
        return Asked(json.dumps(sent).encode(), 0 if is_free(path) else end * answers)
    name = _end_name(asked, path)
    end = _least(asked.get(name), most)
    sent = {**asked, "model": model, name: end}
    if path == "/chat/completions" and asked.get("stream"):
        known = _mapping(asked.get("stream_options"))
        sent["stream_options"] = {**known, "include_usage": True}
    return Asked(json.dumps(sent).encode(), end * _answers(asked))


def is_free(path: str) -> bool:
    """Whether it only counts tokens, which no provider charges for."""
    return path.partition("?")[0].endswith(f":{_COUNT}")


def _config(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(request.get("generationConfig"))


def _end_name(request: Mapping[str, Any], path: str) -> str:
    """The field by which this wire ends an answer."""
    if path == "/chat/completions" and "max_completion_tokens" in request:
        return "max_completion_tokens"
    return "max_output_tokens" if path == "/responses" else "max_tokens"


def _answers(request: Mapping[str, Any]) -> int:
    """How many answers it asks for: some wires take several prompts, or give a choice."""
    prompts = request.get("prompt")
    several = len(cast("list[Any]", prompts)) if isinstance(prompts, list) else 1
    return max(1, several) * max(_count(request.get("n")), _count(request.get("best_of")))


def _least(wanted: Any, most: int) -> int:
    return min(wanted, most) if isinstance(wanted, int) and wanted > 0 else most


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 1 else 1


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
