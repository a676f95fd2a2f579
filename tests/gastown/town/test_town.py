"""Which town a person means: TOWN_ROOT, else the nearest folder above with a town.toml."""

import pytest

from gastown.errors import ConfigError, NotFoundError
from gastown.town.town import Town, find_root


@pytest.fixture
def root(tmp_path):
    (tmp_path / "town.toml").write_text('[town]\nname = "oak"\n')
    (tmp_path / ".beads").mkdir()
    return tmp_path


def test_the_nearest_folder_above_with_a_town_toml_is_the_town(root):
    deep = root / "attic" / "crew" / "ann"

    assert find_root(deep, {}) == root


def test_town_root_goes_before_the_folder_one_stands_in(root, tmp_path):
    assert find_root(root, {"TOWN_ROOT": "/srv/elm"}).as_posix() == "/srv/elm"


def test_outside_of_any_town_the_message_names_the_ways_in(tmp_path):
    with pytest.raises(NotFoundError, match=r"--town DIR.*TOWN_ROOT.*town install"):
        find_root(tmp_path, {})


def test_an_opened_town_has_its_configuration_and_its_ledger(root):
    town = Town.open(root)

    assert town.config.town.name == "oak"
    assert town.ledger.find() == []
    assert town.layout.store.is_file()


def test_a_folder_without_a_town_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="town install"):
        Town.open(tmp_path)
