"""money: reserved for turns that nobody can settle, or set aside for convoys that are over."""

from collections.abc import Iterator
from functools import partial

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.machine.holder import is_dead, lives_here
from gastown.money.amount import dollars
from gastown.money.sqlite import SqliteSpendLedger

NAME = "money"


def _look(scene: Scene) -> Iterator[Ailment]:
    path = scene.town.layout.spend
    if not path.exists():
        return
    spend = SqliteSpendLedger(path)
    for one in spend.open():
        silent = one.expires_at <= scene.now and not lives_here(one.who.holder)
        if silent or is_dead(one.who.holder):
            finding = Finding(
                check=NAME,
                subject=f"{one.who.attempt} turn {one.turn}",
                said=f"has {dollars(one.max_micro_usd)} reserved, and its process is gone",
                mend="put all of it down as spent: it may have been billed",
            )
            yield Ailment(finding, partial(_settled, spend))
    for convoy in sorted(spend.earmarked()):
        if convoy in scene.convoys and scene.is_gone(convoy):
            finding = Finding(
                check=NAME,
                subject=convoy,
                said="is over, and has money set aside",
                mend="give it back to the budget",
            )
            yield Ailment(finding, partial(_freed, spend, convoy))


def _settled(spend: SqliteSpendLedger) -> str:
    ended = spend.settle_lost(is_dead)
    return f"put down {dollars(sum(one.micro_usd for one in ended))}" if ended else ""


def _freed(spend: SqliteSpendLedger, convoy: str) -> str:
    if convoy not in spend.earmarked():
        return ""
    spend.free(convoy)
    return "given back"


CHECK = Check(
    NAME, "money reserved by dead processes, or set aside for convoys that are over", _look
)
