"""Public fakes: what a test of the town, or of something built on it, stands in for the world.

They ship with the code and pass the same conformance suites as the real parts. No mocks.
"""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    def advance(self, seconds: float) -> datetime:
        """Move forward and return the new time."""
        self.now += timedelta(seconds=seconds)
        return self.now
