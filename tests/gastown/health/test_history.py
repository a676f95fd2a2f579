"""What was done about a step is kept, and forgotten after a month."""

import os
import time

from gastown.health.history import forget_old, history_file, history_of, keep_history
from gastown.health.respond import History
from gastown.town.layout import TownLayout

DAY_S = 86_400.0


def test_what_is_kept_is_found_and_of_another_step_nothing(tmp_path):
    layout = TownLayout(tmp_path)
    keep_history(layout, "hq-a.1", History(recycles=2, nudged="hq-a.1/3"))

    assert history_of(layout, "hq-a.1") == History(recycles=2, nudged="hq-a.1/3")
    assert history_of(layout, "hq-a.2") == History()


def test_a_file_that_is_torn_says_nothing(tmp_path):
    layout = TownLayout(tmp_path)
    keep_history(layout, "hq-a.1", History(recycles=2))
    history_file(layout, "hq-a.1").write_text("{")

    assert history_of(layout, "hq-a.1") == History()


def test_after_a_month_it_is_forgotten_and_not_before(tmp_path):
    layout, now = TownLayout(tmp_path), time.time()
    for step, days in (("old", 31), ("young", 29)):
        keep_history(layout, step, History(recycles=1))
        then = now - days * DAY_S
        os.utime(history_file(layout, step), (then, then))
    forget_old(layout, now)

    assert (history_of(layout, "old").recycles, history_of(layout, "young").recycles) == (0, 1)
