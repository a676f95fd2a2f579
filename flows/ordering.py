"""order_patrol: have a Witness, or the Deacon, look now."""

import threading

from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound

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
    parameters = {"town": block_name(config.town.name), **({"rig": rig} if witness else {})}

    def order(client: SyncPrefectClient) -> None:
        try:
            deployment = client.read_deployment_by_name(name)
        except (ValueError, ObjectNotFound):
            why = f"the server has no deployment {name}; apply it: town up"
            raise NotFoundError(why) from None
        client.create_flow_run_from_deployment(
            deployment.id, parameters=parameters, idempotency_key=f"patrol-{key}"
        )

    patiently(order, threading.Event(), _PATIENCE_S)
