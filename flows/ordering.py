"""Orders of runs: have a Witness, the Deacon, or the escalator look now, or anybody later."""

import threading
from collections.abc import Mapping
from datetime import datetime

from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from flows.server import patiently
from gastown.errors import NotFoundError
from gastown.town.config import TownConfig
from gastown.town.engine import block_name

_PATIENCE_S = 20.0


def order_patrol(config: TownConfig, rig: str, key: str) -> None:
    """Start the Witness of a rig, or the Deacon where there is no such rig; twice by a key is once.

    Raises:
        NotFoundError: The server does not know it.
        ServerAwayError: It gives no answer.
    """
    witness = rig in config.rigs
    name = "witness/witness" if witness else "deacon/deacon"
    _order(config, name, {"rig": rig} if witness else {}, key)


def order_escalator(config: TownConfig, key: str) -> None:
    """Start the escalator; twice by a key is once. Raises as `order_patrol`."""
    _order(config, "escalator/escalator", {}, key)


def _order(config: TownConfig, name: str, more: Mapping[str, str], key: str) -> None:
    order_run(config, name, more, f"patrol-{key}", patience_s=_PATIENCE_S)


def order_run(
    config: TownConfig,
    name: str,
    more: Mapping[str, str],
    key: str,
    *,
    patience_s: float,
    at: datetime | None = None,
) -> None:
    """Order a run of a deployment of the town; twice by a key is once.

    Args:
        config: Whose.
        name: The deployment, `flow/name`.
        more: Its parameters beside the town.
        key: What makes it one run.
        patience_s: So long the server may be away.
        at: When it begins; now if nothing is said.

    Raises:
        NotFoundError: The server does not know the deployment.
        ServerAwayError: It gives no answer.
    """
    parameters = {"town": block_name(config.town.name), **more}

    def order(client: SyncPrefectClient) -> None:
        try:
            deployment = client.read_deployment_by_name(name)
        except (ValueError, ObjectNotFound):
            why = f"the server has no deployment {name}; apply it: town up"
            raise NotFoundError(why) from None
        client.create_flow_run_from_deployment(
            deployment.id,
            parameters=parameters,
            state=Scheduled(scheduled_time=at) if at else None,
            idempotency_key=key,
        )

    patiently(order, threading.Event(), patience_s)
