"""The same town as the landing tests have."""

from tests.landing.conftest import grounds as grounds  # noqa: PLC0414 - for pytest to find it here
