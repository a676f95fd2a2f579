"""A target stands from the first launch on, unless it is hopeless or was set by another stretch."""

from gastown.convoys.target import kept_target, written


def kept(metadata, *, now: float = 500, stretch: float = 0.25, path_s: float = 100):
    return kept_target(metadata, now=now, stretch=stretch, path_s=path_s)


def test_the_first_launch_finds_none():
    assert kept({}) is None
    assert kept({"target": "soon"}) is None


def test_a_retry_keeps_the_first_ones():
    assert kept(written(1000, 0.25)) == 1000


def test_one_that_even_the_cloud_would_miss_is_set_anew():
    assert kept(written(1000, 0.25), now=900) == 1000
    assert kept(written(1000, 0.25), now=901) is None


def test_another_stretch_begins_another_clock():
    assert kept(written(1000, 0.25), stretch=3) is None
