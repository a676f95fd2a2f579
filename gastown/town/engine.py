"""Where a town's Prefect server is, and what a process must have in its environment to use it.

Only strings: this module knows the names of Prefect's settings and nothing else of it. A process
sets them before it imports Prefect, so that a person's own profile and `~/.prefect` are never used.
"""

import re
from collections.abc import Mapping

from gastown.errors import GasTownError
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout
from gastown.town.processes import living, read_record

POOL = "local"
"""The process work pool that `town up` makes."""

CLOUD = "cloud"
"""What prefect.yaml calls the pool of `[burst]`, whatever it is called in town.toml."""


def engine_env(layout: TownLayout, api_url: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that talks to the town's server.

    Prefect's own variables are not taken from `inherited`, log level and the keys of a server that
    runs elsewhere aside: a town's behaviour does not depend on what else a person does with it.
    """
    elsewhere = api_url and not api_url.startswith("http://127.0.0.1:")
    wanted = _WANTED | _KEYS if elsewhere else _WANTED
    kept = {k: v for k, v in inherited.items() if not k.startswith("PREFECT_") or k in wanted}
    loopback = "127.0.0.1,localhost"
    address = {"PREFECT_API_URL": api_url} if api_url else {}
    return (
        kept
        | address
        | {
            "PREFECT_HOME": str(layout.prefect_home),
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_CLI_PROMPT": "false",
            "DO_NOT_TRACK": "1",
            # A company's proxy must not be asked for the way to our own machine.
            "NO_PROXY": _joined(inherited.get("NO_PROXY", ""), loopback),
            "no_proxy": _joined(inherited.get("no_proxy", ""), loopback),
        }
    )


def api_url(layout: TownLayout, config: TownConfig) -> str | None:
    """Address of the API the town uses: the configured one, or its own server's while it runs."""
    if config.server.api_url:
        return config.server.api_url
    record = read_record(layout.server_record)
    return record.url if record and living(record) else None


def require_api_url(layout: TownLayout, config: TownConfig) -> str:
    """The same. Raises GasTownError with the way out when the town is down."""
    url = api_url(layout, config)
    if url is None:
        raise GasTownError(f"the town {config.town.name} is down; start it: town up")
    return url


def ui_url(url: str) -> str:
    """Where a person looks, from the API's address."""
    return url.removesuffix("/").removesuffix("/api")


def block_name(town: str) -> str:
    """The town's name as a Prefect block may be called: lower case, digits, dashes."""
    return re.sub(r"[^a-z0-9]+", "-", town.lower()).strip("-")


_WANTED = frozenset({"PREFECT_LOGGING_LEVEL"})
_KEYS = frozenset({"PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"})


def _joined(*parts: str) -> str:
    return ",".join(part for part in parts if part)
