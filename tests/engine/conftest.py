"""One real Prefect server for all engine tests of a session."""

import warnings
from collections.abc import Generator
from importlib import import_module
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def prefect_server() -> Generator[None]:
    """A server with its own database and home; gone after the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # imports of the engine's own dependencies
        from prefect.settings import (
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
            PREFECT_SERVER_ANALYTICS_ENABLED,
            temporary_settings,
        )
        from prefect.testing.utilities import prefect_test_harness

        import_module("apprise.plugins.email")
        quiet: dict[Any, Any] = {
            PREFECT_SERVER_ANALYTICS_ENABLED: False,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
        with temporary_settings(quiet), prefect_test_harness(server_startup_timeout=120):
            yield
