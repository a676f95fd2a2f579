"""Books: the rules of a spend ledger over rows; what differs between ledgers is where rows lie."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

from gastown.beads.ledger import Clock
from gastown.errors import LedgerError, NotFoundError
from gastown.money.amount import dollars
from gastown.money.entry import (
    Bid,
    Earmark,
    End,
    Entry,
    Refused,
    Reservation,
    Spent,
    Standing,
    Who,
)
from gastown.money.scope import Scope
from gastown.money.store import SpendStore
from gastown.stage import Usage

GRACE_S = 300.0  # an answer's last moments, and clocks of two machines that differ


class Books(ABC):
    """A spend ledger without a place for its rows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @abstractmethod
    def _reading(self) -> AbstractContextManager[SpendStore]:
        """Rows as they stand."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[SpendStore]:
        """Rows nobody else changes for the block; what it adds is there whole or not at all."""

    def reserve(self, bid: Bid) -> Reservation | Refused:
        """Take the money out of all scopes at once, or out of none."""
        if bid.max_micro_usd < 0:
            raise LedgerError(f"{_turn(bid.who, bid.turn)}: {bid.max_micro_usd} micro-dollars")
        with self._writing() as rows:
            standing = rows.find(bid.who.attempt, bid.turn)
            if standing is not None:
                return _again(rows, bid, standing)
            refused = _blocked(rows, bid.who.model) or _short(rows, bid)
            if refused is not None:
                return refused
            return rows.add(bid, self._clock() + timedelta(seconds=bid.seconds + GRACE_S))

    def settle(self, reservation: Reservation, spent: Spent) -> Entry:
        """Put down what the turn took; what has ended stays as it is."""
        return self._end(reservation, "settled", spent, spent.usage.micro_usd)

    def release(self, reservation: Reservation) -> Entry:
        """Give the money back: nothing was sent."""
        return self._end(reservation, "released", Spent(), 0)

    def settle_lost(self, is_dead: Callable[[str], bool]) -> list[Entry]:
        """End the reservations of dead holders, and those past their time, at their maximum."""
        now = self._clock()
        with self._reading() as rows:
            lost = [one for one in rows.open() if one.expires_at <= now or is_dead(one.who.holder)]
        return [self._end(one, "unknown", _all_of(one), one.max_micro_usd) for one in lost]

    def earmark(self, marks: Sequence[Earmark], scopes: Sequence[Scope]) -> Refused | None:
        """Set money aside for stages, all or none."""
        with self._writing() as rows:
            have = {(mark.convoy, mark.step) for mark in rows.earmarks()}
            new = [mark for mark in marks if (mark.convoy, mark.step) not in have]
            for scope in scopes:
                inside = [one.micro_usd for one in new if scope.holds(one.convoy, one.role)]
                if inside and (refused := _over(rows, scope, sum(inside))):
                    return Refused(f"{refused.reason}, to set aside {_sum(inside)}")
            for mark in new:
                rows.set_aside(mark, self._clock())
        return None

    def free(self, convoy: str, step: str = "") -> None:
        """End the earmark of a step, or of the whole convoy."""
        with self._writing() as rows:
            for mark in rows.earmarks():
                if mark.convoy == convoy and step in ("", mark.step):
                    rows.end_earmark(mark, self._clock())

    def earmarked(self) -> frozenset[str]:
        """Convoys that have money set aside."""
        with self._reading() as rows:
            return frozenset(mark.convoy for mark in rows.earmarks())

    def blocked(self) -> Mapping[str, str]:
        """Models that cost more than was reserved, and what happened."""
        with self._reading() as rows:
            alarms = {model: rows.alarm(model) for model in rows.alarmed()}
            return {model: _said(entry) for model, entry in alarms.items() if entry is not None}

    def clear(self, model: str, actor: str) -> None:
        """Let a blocked model be used again."""
        with self._writing() as rows:
            if rows.alarm(model) is None:
                known = ", ".join(rows.alarmed()) or "none"
                raise NotFoundError(f"{model} is not blocked; blocked models: {known}")
            rows.clear(model, actor, self._clock())

    def standing(self, scope: Scope) -> Standing:
        """How a sum stands now."""
        with self._reading() as rows:
            return _standing(rows, scope)

    def open(self) -> list[Reservation]:
        """Reservations that have not ended."""
        with self._reading() as rows:
            return rows.open()

    def entries(self, since: date | None = None) -> list[Entry]:
        """The record in its order, from a day on."""
        with self._reading() as rows:
            return rows.entries(since.isoformat() if since else "")

    def _end(self, reservation: Reservation, how: End, spent: Spent, amount: int) -> Entry:
        with self._writing() as rows:
            ended = rows.ended(reservation.id)
            if ended is None:
                ended = Entry(
                    reservation=reservation.id,
                    who=reservation.who,
                    end=how,
                    at=self._clock(),
                    day=reservation.day,
                    spent=spent,
                    micro_usd=amount,
                    over=max(0, amount - reservation.max_micro_usd),
                )
                rows.end(ended)
            return ended


def _again(rows: SpendStore, bid: Bid, standing: Reservation) -> Reservation:
    """The same turn, asked for twice: after a crash, or by a caller that heard no answer."""
    ended = rows.ended(standing.id)
    if ended is not None:
        raise LedgerError(f"{_turn(bid.who, bid.turn)} was {ended.end}; reserve the next turn")
    if standing.max_micro_usd != bid.max_micro_usd:
        raise LedgerError(
            f"{_turn(bid.who, bid.turn)} has {dollars(standing.max_micro_usd)} reserved, "
            f"not {dollars(bid.max_micro_usd)}"
        )
    return standing


def _short(rows: SpendStore, bid: Bid) -> Refused | None:
    """The first scope without room for what the stage's own earmark does not cover."""
    own = _remaining(rows, bid.who.convoy, bid.who.step)
    for scope in bid.scopes:
        covered = own if scope.holds(bid.who.convoy, bid.who.role) else 0
        refused = _over(rows, scope, bid.max_micro_usd - min(covered, bid.max_micro_usd))
        if refused is not None:
            return refused
    return None


def _over(rows: SpendStore, scope: Scope, needs: int) -> Refused | None:
    if scope.cap is None or needs == 0:
        return None
    left = scope.cap - _standing(rows, scope).taken
    if needs <= left:
        return None
    return Refused(f"{scope.name}: needs {dollars(needs)}, {dollars(max(0, left))} left")


def _standing(rows: SpendStore, scope: Scope) -> Standing:
    settled, reserved = rows.sums(scope.key)
    marks = (mark for mark in rows.earmarks() if scope.holds(mark.convoy, mark.role))
    aside = sum(max(0, mark.micro_usd - rows.drawn(mark.convoy, mark.step)) for mark in marks)
    return Standing(settled, reserved, aside)


def _remaining(rows: SpendStore, convoy: str, step: str) -> int:
    for mark in rows.earmarks():
        if (mark.convoy, mark.step) == (convoy, step):
            return max(0, mark.micro_usd - rows.drawn(convoy, step))
    return 0


def _blocked(rows: SpendStore, model: str) -> Refused | None:
    entry = rows.alarm(model)
    if entry is None:
        return None
    return Refused(f"{_said(entry)}; look at the provider's bill, then: town cost --clear {model}")


def _said(entry: Entry) -> str:
    reserved = dollars(entry.micro_usd - entry.over)
    return (
        f"model {entry.who.model} is blocked: {entry.who.attempt} cost "
        f"{dollars(entry.micro_usd)} where at most {reserved} was reserved"
    )


def _all_of(lost: Reservation) -> Spent:
    return Spent(Usage(requests=1, micro_usd=lost.max_micro_usd))


def _turn(who: Who, turn: int) -> str:
    return f"{who.attempt} turn {turn}"


def _sum(amounts: Sequence[int]) -> str:
    return f"{' + '.join(map(dollars, amounts))} for stages that cannot run here"
