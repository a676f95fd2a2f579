"""keys: Model Provider blocks as a person keeps them: saved, listed, removed; never shown."""

from dataclasses import dataclass

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from blocks.provider import ModelProvider
from gastown.errors import NotFoundError

_SLUG = "model-provider"
_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class SavedKey:
    """One block; its key stays on the server. `address` is empty for that of the model's row."""

    name: str
    address: str


def save_key(name: str, key: str, address: str = "") -> None:
    """Save a key under a name, replacing the one that is there; the server keeps it encrypted."""
    ModelProvider(base_url=address, api_key=SecretStr(key)).save(name, overwrite=True)


def saved_keys() -> list[SavedKey]:
    """All that are saved, by name."""
    with get_client(sync_client=True) as client:
        try:
            found = client.read_block_documents_by_type(_SLUG)
        except ObjectNotFound:  # nobody saved one yet
            return []
    named = [(one.name or "", one.data.get("base_url") or "") for one in found]
    return sorted((SavedKey(*one) for one in named), key=lambda one: one.name)


def remove_key(name: str) -> None:
    """Forget a key. Raises NotFoundError when there is none of that name."""
    try:
        ModelProvider.delete(name)
    except ValueError:
        known = ", ".join(one.name for one in saved_keys()) or "none yet: town key set NAME"
        raise NotFoundError(f"no key {name!r}; keys: {known}") from None


def try_key(name: str, address: str) -> str:
    """Ask an endpoint for its models with a saved key; empty, or what is wrong.

    Args:
        name: The key.
        address: Where it is asked, unless the key's own block says where.
    """
    provider = ModelProvider.load(name)
    assert isinstance(provider, ModelProvider)  # noqa: S101 — load() is typed as base or coroutine
    key = provider.api_key.get_secret_value() if provider.api_key else ""
    url = f"{(provider.base_url or address).rstrip('/')}/models"
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=_PATIENCE_S)
    except httpx.HTTPError as error:
        return f"{url}: {type(error).__name__}: {error}"
    return "" if answer.is_success else f"{url}: HTTP {answer.status_code}"
