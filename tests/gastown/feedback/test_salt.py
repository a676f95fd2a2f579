"""The salt is made once, whoever asks first, for its owner's eyes alone."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from gastown.errors import ConfigError
from gastown.feedback.salt import BYTES, salt_of


def test_all_who_ask_at_once_get_the_same(tmp_path):
    file = tmp_path / "private" / ".salt"

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: salt_of(file), range(16)))

    assert len(found) == 1
    assert len(found.pop()) == BYTES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in file.parent.iterdir()] == [".salt"]


def test_another_towns_salt_is_another(tmp_path):
    assert salt_of(tmp_path / "a") != salt_of(tmp_path / "b")


def test_a_broken_salt_is_not_replaced(tmp_path):
    (tmp_path / "salt").write_bytes(b"short")

    with pytest.raises(ConfigError, match="bring the old one back"):
        salt_of(tmp_path / "salt")
    assert (tmp_path / "salt").read_bytes() == b"short"
