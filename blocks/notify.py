"""notify: a text sent through a notification block of Prefect: Slack, Teams, mail, a webhook.

What is sent quotes agents and the public. It stays text: no markup, and nobody is called by it.
"""

import inspect
import re
from typing import Any, cast

import httpx
from prefect.blocks.abstract import NotificationBlock, NotificationError
from prefect.blocks.core import Block
from prefect.blocks.notifications import AbstractAppriseNotificationBlock, SlackWebhook
from prefect.utilities.asyncutils import run_coro_as_sync
from pydantic import ValidationError

from blocks.listeners import listeners
from gastown.errors import GasTownError, NotFoundError
from gastown.formula.vars import nearest

_SHOWN = 5  # names in an error
_CALL = re.compile(r"(?<!\w)@(?=(everyone|channel|here|all)\b)", re.IGNORECASE)
_SLACK = str.maketrans("<>", "[]")  # apprise makes links and calls even of escaped ones
_GRAVE = re.compile(r"^\[(?:WARNING|ERROR|CRITICAL)\]: *(.+)$", re.MULTILINE)


def notify(name: str, subject: str, body: str) -> None:
    """Send it through the block `type/name`.

    Raises:
        NotFoundError: No such block is saved, or it sends nothing.
        GasTownError: It could not be sent. No address is told: most hold a secret.
    """
    block = _load(name)
    _as_text(block)
    try:
        with block.raise_on_failure():  # else most blocks are silent about it
            sent: Any = block.notify(tame(block, body), tame(block, subject))
            if inspect.iscoroutine(sent):
                run_coro_as_sync(sent)
    except Exception as error:  # noqa: BLE001 — whatever a service's client raises
        raise GasTownError(f"{name}: not sent: {_said(error)}") from None


def tame(block: NotificationBlock, text: str) -> str:
    """`text` for that service, in which no quoted word calls a whole channel or is a link."""
    quiet = _CALL.sub("@\N{ZERO WIDTH SPACE}", text)
    return quiet.translate(_SLACK) if isinstance(block, SlackWebhook) else quiet


def _as_text(block: NotificationBlock) -> None:
    """Where a service wants HTML, e.g. in e-mail, what we send is escaped for it."""
    if isinstance(block, AbstractAppriseNotificationBlock):
        cast("Any", block)._apprise_client.asset.body_format = "text"  # noqa: SLF001 — no other way


def _said(error: Exception) -> str:
    """Why, in a line; what clients say of an address is left out."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, httpx.HTTPError):
        return f"{type(error).__name__}: {error}"[:300]
    if isinstance(error, NotificationError):
        return "; ".join(_GRAVE.findall(error.log))[:300] or "the service did not take it"
    return type(error).__name__


def _load(name: str) -> NotificationBlock:
    try:
        found = cast("Any", Block).load(name)
    except GasTownError as error:
        raise GasTownError(f"the block {name} cannot be used: {error}") from None
    except (ValueError, RuntimeError, TypeError, KeyError) as error:
        raise _unusable(name, error) from None
    if not isinstance(found, NotificationBlock):
        raise NotFoundError(f"the block {name!r} sends nothing; choose a notification block")
    return found


def _unusable(name: str, error: Exception) -> GasTownError:
    known = listeners()
    if name in known:
        said = "look at its values in Prefect's UI"  # what the error says may show them
        if isinstance(error, ValidationError):
            said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return GasTownError(f"the block {name} cannot be used: {said}")
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    there = f"; there are: {', '.join(known[:_SHOWN])}{more}" if known else ""
    near = nearest(name, known)
    return NotFoundError(
        f"no notification block {name!r}{'' if near else there}; save one in Prefect's UI under "
        f"Blocks, or with: town notify set NAME{near}"
    )
