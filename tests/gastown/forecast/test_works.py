"""What a town's own sessions teach."""

import pytest

from gastown.forecast.works import ENOUGH, REVIEWS_ENOUGH, Sample, learn
from gastown.placement.virtual.rigs import REWORK
from gastown.placement.work import W2
from gastown.stage import Usage

USAGE = Usage(requests=4, input_tokens=20_000, cached_tokens=15_000, output_tokens=1_000)


def test_a_role_with_too_few_sessions_keeps_the_assumption():
    known = learn([Sample("polecat", USAGE, 100)] * (ENOUGH - 1))
    assert known.works["polecat"] == W2["polecat"]
    assert known.source("polecat") == "assumed"


def test_a_role_with_enough_sessions_has_the_means_of_its_own():
    samples = [Sample("polecat", USAGE, 100, model_s=70), Sample("polecat", USAGE, 60, model_s=50)]
    known = learn(samples * ENOUGH)
    work = known.works["polecat"]
    assert (work.fresh, work.billed, work.out, work.turns) == (5_000, 20_000, 1_000, 4)
    assert work.tools_s == pytest.approx(20)
    assert known.works["refinery"] == W2["refinery"]
    assert known.source("polecat") == f"{2 * ENOUGH} sessions of this town"


def test_tools_alone_take_the_time_that_they_took():
    known = learn([Sample("gauger", Usage(), 30)] * ENOUGH)
    assert known.works["gauger"] == (0, 0, 0, 0, 30)


def test_where_nothing_is_said_to_be_cached_the_last_turn_counts():
    usage = Usage(requests=4, input_tokens=20_000, output_tokens=10)
    assert learn([Sample("polecat", usage, 1)] * ENOUGH).works["polecat"].fresh == 8_000


def test_the_share_of_rework_is_the_towns_own_once_there_are_enough_reviews():
    assert learn([], [True] * (REVIEWS_ENOUGH - 1)).rework == REWORK
    known = learn([], [True] + [False] * (REVIEWS_ENOUGH - 1))
    assert (known.rework, known.reviews) == (1 / REVIEWS_ENOUGH, REVIEWS_ENOUGH)
