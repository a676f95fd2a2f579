"""Subscribers: who is told once when a convoy lands, fails or is given up; on the convoy's bead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import show_convoy
from gastown.convoys.ending import failure_of
from gastown.errors import ConfigError, LedgerError
from gastown.mail.address import OVERSEER, parse
from gastown.stage import Frozen
from gastown.town.config import TownConfig

_PREFIX = "subscriber "
Outcome = Literal["landed", "failed", "given up", "closed"]


class Target(Frozen):
    """Whom: a notification block of Prefect, or an address in the town."""

    by: Literal["notify", "mail"]
    to: str

    @property
    def name(self) -> str:
        """As a person says it, and as it is kept."""
        return f"{self.by} {self.to}"


class Subscriber(Frozen):
    """One subscription, and the last end of which it was told, if any.

    `told` is written before anything is sent, so that nothing is sent twice whatever dies.
    """

    target: Target
    by: str = ""
    told: str = ""
    at: datetime | None = None
    error: str = ""


class Ending(Frozen):
    """How a convoy ended, so far; `key` names this very end."""

    outcome: Outcome
    why: str

    @property
    def key(self) -> str:
        """The same end, found again after a crash or a retry, has the same."""
        return f"{self.outcome}: {self.why}"


def targets_of(config: TownConfig, notify: str, mail: str) -> tuple[Target, ...]:
    """What `--notify` and `--mail` mean. Raises ConfigError, or MailError for no address."""
    if notify and notify.count("/") != 1:
        raise ConfigError(f"--notify {notify}: a block is TYPE/NAME, e.g. slack-webhook/team")
    found = [Target(by="notify", to=notify)] if notify else []
    if mail or not notify:
        found.append(Target(by="mail", to=str(parse(mail or OVERSEER, config))))
    return tuple(found)


def subscribe(ledger: Ledger, convoy: str, target: Target, by: str) -> bool:
    """Keep it; False when it was there. Raises LedgerError for a convoy that is over."""
    bead = show_convoy(ledger, convoy)
    if bead.status == CLOSED:
        raise LedgerError(f"{convoy} is over: {bead.close_reason or 'closed'}")
    new: list[bool] = []

    def change(one: Bead) -> Mapping[str, Any]:
        if _key(target) in one.metadata:
            return {}
        new.append(True)
        return _written(Subscriber(target=target, by=by))

    ledger.amend(convoy, change, actor=by)
    return bool(new)


def unsubscribe(ledger: Ledger, convoy: str, target: Target, by: str) -> bool:
    """Take it away; False when it was not there."""
    bead = show_convoy(ledger, convoy)
    if _key(target) not in bead.metadata:
        return False
    ledger.update(convoy, {"metadata": {_key(target): None}}, actor=by)
    return True


def subscribers(convoy: Bead) -> tuple[Subscriber, ...]:
    """Who is told."""
    return tuple(found for found in (_read(convoy, key) for key in convoy.metadata) if found)


def ending_of(convoy: Bead) -> Ending | None:
    """How a convoy ended; None while it goes on."""
    why = convoy.close_reason
    if convoy.status != CLOSED:
        failed = failure_of(convoy)
        return Ending(outcome="failed", why=failed) if failed else None
    if why.startswith("landed"):
        return Ending(outcome="landed", why=why.removeprefix("landed").lstrip(": "))
    if why.startswith("dropped: "):
        return Ending(outcome="given up", why=why.removeprefix("dropped: "))
    return Ending(outcome="closed", why=why)


def take(ledger: Ledger, convoy: str, target: Target, now: datetime) -> Ending | None:
    """The end that this one is to be told of now, marked as told; None where it was already.

    One transaction: of all that ask at once, one alone is given it.
    """
    taken: list[Ending] = []

    def change(bead: Bead) -> Mapping[str, Any]:
        ending, standing = ending_of(bead), _read(bead, _key(target))
        if ending is None or standing is None or standing.told == ending.key:
            return {}
        taken.append(ending)
        told = {"told": ending.key, "at": now, "error": ""}
        return _written(standing.model_copy(update=told))

    ledger.amend(convoy, change, actor="town")
    return taken[0] if taken else None


def note_error(ledger: Ledger, convoy: str, target: Target, error: str) -> None:
    """Note that it could not be sent."""

    def change(bead: Bead) -> Mapping[str, Any]:
        standing = _read(bead, _key(target))
        said = {"error": error[:300]}
        return _written(standing.model_copy(update=said)) if standing else {}

    ledger.amend(convoy, change, actor="town")


def _key(target: Target) -> str:
    return f"{_PREFIX}{target.name}"


def _read(convoy: Bead, key: str) -> Subscriber | None:
    if not key.startswith(_PREFIX):
        return None
    try:
        return Subscriber.model_validate(convoy.metadata[key])
    except (KeyError, ValidationError):
        return None


def _written(one: Subscriber) -> dict[str, Any]:
    return {"metadata": {_key(one.target): one.model_dump(mode="json")}}
