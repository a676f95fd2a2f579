"""A digest tells every fact of its day, and nothing that is not in it."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.days.day import Day, Landed, Merged, RigDay, SentBack, Spent, Trouble
from gastown.days.digest import digest, headline
from tests.gastown.days.days import NOON

EMPTY = Day(
    town="oak", day=date(2026, 1, 29), start=datetime(2026, 1, 29, tzinfo=UTC),
    end=datetime(2026, 1, 30, tzinfo=UTC),
)  # fmt: skip


def a_merge(bead: str, rig: str = "garden", convoy: str = "hq-cv-1", title: str = "Rose"):
    return Merged(
        bead=bead, title=title, rig=rig, convoy=convoy, commit=bead[-1] * 40, on_main=True, at=NOON
    )


def a_trouble(step: str, *, standing: bool = True):
    return Trouble(
        kind="failed", convoy="hq-cv-1", step=step, title=f"polecat {step}", role="polecat",
        at=NOON, why="3 red", standing=standing,
    )  # fmt: skip


def test_a_day_without_anything_says_so():
    assert digest(EMPTY) == "# oak, 2026-01-29\n\nNothing happened.\n"


def test_merges_stand_under_their_rig_and_convoy():
    day = EMPTY.model_copy(
        update={"merged": (a_merge("ga-1"), a_merge("st-2", "stone"), a_merge("ga-3", convoy=""))}
    )

    lines = digest(day).splitlines()

    heads = ["garden, no convoy:", "garden, hq-cv-1:", "stone, hq-cv-1:"]
    assert [line for line in lines if line.endswith(":")] == sorted(heads, key=lines.index)
    assert lines.index("- Rose (ga-3) as 3333333333") > lines.index("garden, no convoy:")


def test_a_step_that_waits_stands_first_and_once_one_that_was_mended_only_below():
    day = EMPTY.model_copy(
        update={"troubles": (a_trouble("a"), a_trouble("a"), a_trouble("b", standing=False))}
    )

    waiting, failed = digest(day).split("## Failed")

    assert waiting.count("polecat a") == 1
    assert "polecat b" not in waiting
    assert "polecat b of hq-cv-1 (mended since): 3 red" in failed
    assert "3 attempts failed, 1 step waits for a person" in headline(day)


def test_hours_are_those_of_the_days_own_clock():
    tokyo = timezone(timedelta(hours=9))
    start = datetime(2026, 1, 29, tzinfo=tokyo)
    back = SentBack(convoy="c", bead="ga-1", round=1, at=NOON, why="no types")
    day = EMPTY.model_copy(update={"start": start, "sent_back": (back,)})

    assert "- 21:00 ga-1, round 1: no types" in digest(day)


def test_an_unknown_price_is_not_free():
    day = EMPTY.model_copy(update={"spent": Spent(requests=2, unpriced=1, micro_usd=5_000)})

    assert headline(day).endswith("2 requests, $0.005 + ?.")


TEXT = st.text(max_size=40)


@settings(max_examples=60)
@given(TEXT, TEXT)
def test_no_text_of_others_becomes_a_link_a_picture_or_a_new_line(title, why):
    title, why = f"![x](http://e/) <img>{title}", f"{why}\n## Landed\n[a](b)"
    landed = Landed(convoy="c", title=title, beads=1, at=NOON)
    trouble = a_trouble("a").model_copy(update={"why": why, "title": title})
    day = EMPTY.model_copy(update={"landed": (landed,), "troubles": (trouble,)})

    text = digest(day)

    assert "](" not in text.replace("\\]", "")
    assert "<img" not in text.replace("\\<", "")
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads == ["# oak, 2026-01-29", "## Waiting for a person", "## Landed", "## Failed"]


def test_each_rigs_numbers_are_told():
    rig = RigDay(rig="garden", commits=1, by_town=1, files=2, added=3, removed=4, opened=5)

    line = "- garden: 1 commit (1 by the town), 2 files, +3 -4 lines; 5 beads opened, 0 open now"
    assert line in digest(EMPTY.model_copy(update={"rigs": (rig,)}))
