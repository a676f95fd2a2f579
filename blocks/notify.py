"""notify: a text sent through a notification block of Prefect: Slack, Teams, mail, a webhook."""

import inspect
from typing import Any, cast

from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.utilities.asyncutils import run_coro_as_sync

from gastown.errors import GasTownError, NotFoundError


def notify(name: str, subject: str, body: str) -> None:
    """Send it through the block `type/name`.

    Raises:
        NotFoundError: No such block is saved, or it sends nothing.
        GasTownError: It could not be sent.
    """
    block = _load(name)
    try:
        sent: Any = block.notify(body, subject)
        if inspect.iscoroutine(sent):
            run_coro_as_sync(sent)
    except Exception as error:  # noqa: BLE001 — whatever a service's client raises
        said = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        raise GasTownError(f"{name}: not sent: {said}") from None


def _load(name: str) -> NotificationBlock:
    try:
        found = cast("Any", Block).load(name)
    except (ValueError, RuntimeError) as error:
        raise NotFoundError(
            f"no notification block {name!r} ({error}); save one in Prefect's UI under Blocks, "
            f"and name it in town.toml: [assistant] notify"
        ) from None
    if not isinstance(found, NotificationBlock):
        raise NotFoundError(f"the block {name!r} sends nothing; choose a notification block")
    return found
