"""Retry: the one layer that asks a model's endpoint again, and how long it waits before."""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState, Retrying, retry_if_exception

from gastown.errors import ModelError

TRIES = 4
MAX_WAIT_S = 60.0  # an endpoint that asks for more is left alone: the stage is retried later


def retrying(sleep: Callable[[float], None], clock: Callable[[], float], end: float) -> Retrying:
    """Up to four tries of what raises a retryable ModelError, none that would begin after `end`."""

    def enough(state: RetryCallState) -> bool:
        return state.attempt_number >= TRIES or clock() + state.upcoming_sleep >= end

    return Retrying(
        stop=enough,
        wait=wait_s,
        retry=retry_if_exception(worth_another),
        sleep=sleep,
        reraise=True,
    )


def worth_another(error: BaseException) -> bool:
    """Whether another try may help, and the endpoint wants it within a minute."""
    if not isinstance(error, ModelError):
        return False
    return error.retryable and (error.retry_after or 0.0) <= MAX_WAIT_S


def wait_s(state: RetryCallState) -> float:
    """What the endpoint asked for, else 1, 2, 4 seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, ModelError) else None
    return 2.0 ** (state.attempt_number - 1) if asked is None else asked


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from `Retry-After`, which may be a number or a date; None if it is neither."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
