"""probe: whether anything answers at an endpoint, asked before anything is made for it."""

from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from gastown.errors import GasTownError

_PATIENCE_S = 3.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_KEY_WANTED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def probe(url: str, key: str = "") -> int:
    """Ask for the list of models; any answer is a sign of life, since not every endpoint has one.

    Returns the status if the endpoint wants a key or another one, else 0. Raises GasTownError that
    names the address when nothing answers within three seconds.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        # No proxy knows the way to our own machine.
        elsewhere = urlsplit(url).hostname not in _LOOPBACK
        with (
            httpx.Client(timeout=_PATIENCE_S, trust_env=elsewhere, headers=headers) as client,
            client.stream("GET", f"{url.rstrip('/')}/models") as answer,
        ):
            return answer.status_code if answer.status_code in _KEY_WANTED else 0
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        why = str(error) or type(error).__name__
        raise GasTownError(
            f"--model {url}: nothing answers there ({why}); is the server up, and the address "
            f"right? Nothing was made"
        ) from None
