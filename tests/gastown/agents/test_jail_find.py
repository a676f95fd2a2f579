"""Which jail is taken, and what is said when there is none."""

import pytest

from gastown.agents.jail import Ran, find_jail
from gastown.agents.jail.find import _tried
from gastown.errors import JailError


class Sieve:
    """A jail that starts and holds nothing."""

    name = "sieve 1.0"

    def __init__(self, output: str) -> None:
        self.output = output

    def run(self, *_: object, **__: object) -> Ran:
        return Ran(0, self.output, timed_out=False, seconds=0.0)


def test_off_is_taken_only_when_asked_for():
    assert find_jail("off").name == "off"
    try:
        assert find_jail("auto").name.split()[0] in {"bwrap", "Landlock"}
    except JailError as error:
        assert 'jail = "off"' in str(error)  # noqa: PT017 - a machine without any is legal too


@pytest.mark.parametrize("output", ["", "Operation not permitted"])
def test_a_jail_that_does_not_hold_the_probe_is_not_taken(output):
    with pytest.raises(JailError, match=r"sieve 1\.0 does not hold here"):
        _tried(Sieve(output))


def test_the_refusal_names_every_reason_and_the_way_out(monkeypatch):
    def absent():
        raise JailError("not here")

    monkeypatch.setattr("gastown.agents.jail.find._FINDERS", {"bwrap": absent, "landlock": absent})
    with pytest.raises(JailError) as refused:
        find_jail("auto")

    said = str(refused.value)
    assert "bwrap: not here; landlock: not here" in said
    assert "Install bubblewrap" in said
    assert 'jail = "off" under [machine]' in said
