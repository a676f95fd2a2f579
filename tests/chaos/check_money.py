"""The checker's rules of money, by its own SQL against what the model itself remembers."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.check_ledger import rows
from tests.chaos.verdict import Case, Fault

ENDS = {"settled", "released", "unknown"}


def ended_once(case: Case) -> Iterator[Fault]:
    """Every reservation ended, in one of three ways and once; no turn was reserved twice."""
    query = """SELECT r.id, r.attempt, r.turn, COUNT(e.outcome), MIN(e.outcome)
    FROM reservations r LEFT JOIN entries e ON e.reservation = r.id GROUP BY r.id"""
    turns = Counter[tuple[str, int]]()
    for id_, attempt, turn, count, end in rows(case.spend, query):
        turns[attempt, turn] += 1
        if count == 0:
            yield Fault("ended-once", "leaked", f"reservation {id_} of {attempt} is open")
        if count > 1:
            yield Fault("ended-once", "doubled", f"reservation {id_} ended {count} times")
        if count and end not in ENDS:
            yield Fault("ended-once", "lost", f"reservation {id_} ended as {end!r}")
    for (attempt, turn), count in turns.items():
        if count > 1:
            yield Fault("ended-once", "doubled", f"turn {turn} of {attempt}: {count} reservations")
    strays = (
        "SELECT reservation FROM entries WHERE reservation NOT IN (SELECT id FROM reservations)"
    )
    for (id_,) in rows(case.spend, strays):
        yield Fault("ended-once", "lost", f"an entry is of no reservation: {id_}")


def sums_true(case: Case) -> Iterator[Fault]:
    """What ended costs what its tokens do; what nobody heard the end of, all that was reserved.

    A session elsewhere is booked by its sum, so in it may be, beside its answers, what was reserved
    for requests of which it heard no end: no more of these than the model's way was cut.
    """
    query = """SELECT r.id, r.micro_usd, e.outcome, e.requests, e.fresh + e.cached, e.output,
    e.micro_usd, e.over, e.holder FROM entries e JOIN reservations r ON r.id = e.reservation"""
    above: list[Fault] = []
    for id_, most, end, requests, read, written, micro, over, holder in rows(case.spend, query):
        tokens = case.prices[0] * read + case.prices[1] * written
        wanted = {"released": 0, "unknown": most}.get(end, tokens if requests else most)
        if micro == wanted and over == max(0, micro - most):
            continue
        said = f"reservation {id_} of {most}, {end}: {micro} (over {over}), not {wanted}"
        fault = Fault("sums-true", "doubled" if micro > wanted else "lost", said)
        if end == "settled" and holder.startswith("order ") and wanted < micro <= most:
            above.append(fault)
        else:
            yield fault
    if len(above) > case.unheard:
        yield from above


def no_turn_doubled(case: Case) -> Iterator[Fault]:
    """No answer of the model is in the books twice, and none that it never gave.

    What was carried out elsewhere is booked by the session: its sums are compared. A request whose
    end nobody heard, as who asked was killed, is paid in full and may have had no answer.
    """
    query = """SELECT role, fresh + cached, output FROM entries
    WHERE requests = 1 AND outcome = 'settled'"""
    booked = Counter(rows(case.spend, query))
    given = Counter((one.role, one.read, one.written) for one in case.bills)
    for (role, read, written), count in (booked - given).items():
        said = f"{count} more answers of {read}+{written} tokens to the {role} than were given"
        yield Fault("no-turn-doubled", "doubled", said)
    answers = Counter(one.role for one in case.bills)
    sums = "SELECT role, SUM(requests) FROM entries WHERE outcome = 'settled' GROUP BY role"
    for role, count in rows(case.spend, sums):
        if count > answers[role]:
            said = f"{count} answers to the {role}, {answers[role]} were given"
            yield Fault("no-turn-doubled", "doubled", said)


def no_dollar_lost(case: Case) -> Iterator[Fault]:
    """What the model charged each role is in the books, at least: a lost answer counts in full."""
    charged = Counter[str]()
    for one in case.bills:
        charged[one.role] += case.prices[0] * one.read + case.prices[1] * one.written
    booked = dict(rows(case.spend, "SELECT role, SUM(micro_usd) FROM entries GROUP BY role"))
    for role, micro in charged.items():
        if (there := booked.get(role, 0)) < micro:
            yield Fault("no-dollar-lost", "lost", f"{role}: {micro} charged, {there} booked")


def earmarks_ended(case: Case) -> Iterator[Fault]:
    """Nothing is set aside any more."""
    query = """SELECT m.convoy, m.step FROM earmarks m WHERE NOT EXISTS
    (SELECT 1 FROM earmark_ends x WHERE x.convoy = m.convoy AND x.step = m.step)"""
    for convoy, step in rows(case.spend, query):
        yield Fault("earmarks-ended", "leaked", f"{convoy} {step}")


RULES = (ended_once, sums_true, no_turn_doubled, no_dollar_lost, earmarks_ended)
