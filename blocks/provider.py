"""ModelProvider: an endpoint's key and address, saved in Prefect; and models opened with it."""

import time
from collections.abc import Callable
from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from blocks.openai_model import Endpoint, OpenAIModel
from blocks.patient import Each, Patient, plain
from gastown.agents.protocols import Model
from gastown.errors import NotFoundError
from gastown.money.prices import FREE, Prices
from gastown.town.tables.models import ModelTable


class ModelProvider(Block):
    """Who serves models: one block for all models that share a key."""

    _block_type_name: ClassVar[str | None] = "Model Provider"
    _block_type_slug: ClassVar[str | None] = "model-provider"
    _description: ClassVar[str | None] = "Address and key of an endpoint that speaks OpenAI's API."

    base_url: str = Field(default="", description="Default: the endpoint in town.toml.")
    api_key: SecretStr | None = Field(default=None, description="None for a local server.")
    headers: dict[str, str] = Field(
        default_factory=dict, description="Sent with every request; stored in clear, no secrets."
    )

    def endpoint(self, name: str, table: ModelTable) -> Endpoint:
        """The catalogue's row `name`, with this provider's address, key and headers."""
        key = self.api_key.get_secret_value() if self.api_key else None
        there = table.model_copy(update={"endpoint": self.base_url or table.endpoint})
        return make_endpoint(name, there, key, self.headers)

    def open(self, name: str, table: ModelTable) -> Model:
        """The catalogue's row `name`, asked with this provider's key."""
        return Patient(OpenAIModel(self.endpoint(name, table)))


def make_endpoint(
    name: str,
    table: ModelTable,
    api_key: str | None = None,
    headers: dict[str, str] | None = None,
) -> Endpoint:
    """A catalogue row as what is asked. Without a price it counts as free: see `pricebook`."""
    return Endpoint(
        name=name,
        url=table.endpoint,
        model=table.model or name,
        protocol=table.protocol,
        context=table.context,
        max_output=table.max_output,
        prices=Prices(table.input_usd or FREE, table.output_usd or FREE, table.cached_usd),
        stall_s=table.stall_s,
        api_key=api_key,
        headers=headers or {},
    )


def open_model(
    name: str,
    table: ModelTable,
    api_key: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    each: Each = plain,
    sleep: Callable[[float], None] = time.sleep,
) -> Model:
    """The model of a catalogue row; `each` stands before each try. No request is made yet."""
    return Patient(each(OpenAIModel(make_endpoint(name, table, api_key, headers))), sleep=sleep)


def model_of(name: str, table: ModelTable, each: Each = plain) -> Model:
    """The model of a catalogue row, with the key of the provider block that the row names.

    Raises:
        NotFoundError: No such block is saved.
    """
    return Patient(each(OpenAIModel(endpoint_of(name, table))))


def endpoint_of(name: str, table: ModelTable) -> Endpoint:
    """Where a catalogue row is asked, with the key of the provider block that it names.

    Raises:
        NotFoundError: No such block is saved.
    """
    if not table.key:
        return make_endpoint(name, table)
    try:
        provider = ModelProvider.load(table.key)
    except ValueError:
        raise NotFoundError(
            f"models.{name}.key: no Model Provider block {table.key!r} is saved in Prefect; save "
            f"one: town key set {table.key}"
        ) from None
    assert isinstance(provider, ModelProvider)  # noqa: S101 — load() is typed as base or coroutine
    return provider.endpoint(name, table)
