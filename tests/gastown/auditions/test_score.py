"""What some trials say of a model, and how sure that is."""

from hypothesis import given
from hypothesis import strategies as st

from gastown.auditions.score import by_task, score, wilson
from tests.gastown.auditions.given import trial

COUNTS = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_the_interval_holds_the_share_and_stays_within_0_and_1(counts):
    passed, trials = counts
    low, high = wilson(passed, trials)
    assert 0 <= low <= high <= 1
    if trials:
        assert low - 1e-12 <= passed / trials <= high + 1e-12


@given(st.integers(1, 40))
def test_more_trials_of_the_same_share_are_surer(count):
    few, many = wilson(count, 2 * count), wilson(4 * count, 8 * count)
    assert many[1] - many[0] < few[1] - few[0]


def test_the_interval_is_wilsons():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_a_verdict_needs_the_whole_interval_on_one_side():
    fit = score("m", [trial() for _ in range(10)])
    unfit = score("m", [trial(passed=False) for _ in range(10)])
    few = score("m", [trial(), trial()])
    assert (fit.fitness, unfit.fitness, few.fitness) == ("fit", "unfit", "undecided")


def test_speed_is_tokens_over_time_and_not_a_mean_of_speeds():
    slow = trial(output_tokens=10, tokens_per_s=1.0)
    fast = trial(output_tokens=90, tokens_per_s=90.0)
    assert round(score("m", [slow, fast]).tokens_per_s, 2) == round(100 / 11, 2)


def test_trials_are_grouped_by_task_in_the_order_of_the_first():
    found = by_task([trial(task="b"), trial(task="a"), trial(task="b")])
    assert [(task, len(some)) for task, some in found.items()] == [("b", 2), ("a", 1)]
