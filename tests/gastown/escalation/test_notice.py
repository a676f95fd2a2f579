"""Through which blocks the Overseer is told, and how often."""

from datetime import timedelta

from gastown.escalation.chain import acked
from gastown.escalation.escalation import Notice
from gastown.escalation.notice import PATIENCE, noted, unsent
from tests.gastown.escalation.given import NINE, begun

MINUTE = timedelta(minutes=1)
URGENT = begun(severity="CRITICAL")
BLOCKS = ("slack/team", "email/me", "slack/team")


def living(_: str) -> bool:
    return False


def dead(_: str) -> bool:
    return True


def sent(block: str, **said: object) -> Notice:
    fields = {"asked": 1, "block": block, "tries": 1, "at": NINE, "sender": "pc:1:0", **said}
    return Notice.model_validate(fields)


def test_each_block_is_told_once():
    assert [n.block for n in unsent(URGENT, BLOCKS, NINE, living)] == ["slack/team", "email/me"]
    one = noted(URGENT, sent("slack/team", sent=True))
    later = NINE + timedelta(days=999)
    assert [n.block for n in unsent(one, BLOCKS, later, dead)] == ["email/me"]


def test_tiers_below_are_asked_by_mail_alone():
    assert unsent(begun(), BLOCKS, NINE, living) == []


def test_nobody_is_told_of_what_is_acknowledged():
    assert unsent(acked(URGENT, "ada", NINE), BLOCKS, NINE, living) == []


def test_one_that_is_being_sent_is_left_to_its_sender_while_that_lives():
    one = noted(URGENT, sent("email/me"))

    assert unsent(one, ["email/me"], NINE + MINUTE, living) == []
    assert [n.tries for n in unsent(one, ["email/me"], NINE, dead)] == [2]
    assert [n.tries for n in unsent(one, ["email/me"], NINE + PATIENCE, living)] == [2]


def test_one_that_could_not_be_sent_is_tried_again_ever_more_rarely():
    def waits(tries: int) -> timedelta:
        one = noted(URGENT, sent("email/me", tries=tries, error="no route"))
        return next(
            MINUTE * n for n in range(90) if unsent(one, ["email/me"], NINE + MINUTE * n, living)
        )

    assert [waits(n).total_seconds() / 60 for n in (1, 2, 3, 7, 99)] == [1, 2, 4, 60, 60]
