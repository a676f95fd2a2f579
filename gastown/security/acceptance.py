"""Acceptance: a person's word that a finding may stay, with who, when and why."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pydantic import Field

from gastown.rigs.scan.finding import Severity
from gastown.stage import Frozen


class Revocation(Frozen):
    """A person took it back."""

    by: str
    at: datetime
    why: str


class Acceptance(Frozen):
    """One accepted finding. What it was is kept beside, for whoever reads the file alone."""

    fingerprint: str
    by: str
    at: datetime
    why: str = Field(min_length=1)
    until: date | None = Field(default=None, description="The last day on which it counts.")
    severity: Severity
    file: str
    title: str
    revoked: Revocation | None = None

    def counts(self, today: date) -> bool:
        """Whether it still stands on a day."""
        return self.revoked is None and (self.until is None or today <= self.until)


def standing(acceptances: Iterable[Acceptance], today: date) -> Mapping[str, Acceptance]:
    """Those that count on a day, by fingerprint."""
    return {one.fingerprint: one for one in acceptances if one.counts(today)}
