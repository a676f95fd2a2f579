"""A person's clone is a full one, on the rig's branch, of the rig's origin."""

import pytest

from gastown.errors import ConfigError, NotFoundError
from gastown.founding.crew import add_crew
from gastown.founding.rig import add_rig
from gastown.town.town import Town
from tests.gastown.founding.conftest import git


@pytest.fixture
def garden(town, make_origin):
    origin = make_origin()
    git(origin, "branch", "next")
    add_rig(town, "garden", str(origin), {"branch": "next"})
    return Town.open(town.root)


def test_crew_work_in_a_clone_of_the_origin(garden):
    folder = add_crew(garden, "garden", "ann")

    assert folder == garden.root / "garden" / "crew" / "ann"
    assert git(folder, "remote", "get-url", "origin").strip() == garden.config.rig("garden").origin
    assert git(folder, "branch", "--show-current").strip() == "next"
    assert not (folder / ".git" / "objects" / "info" / "alternates").exists()


def test_a_second_clone_of_the_same_name_is_refused(garden):
    add_crew(garden, "garden", "ann")

    with pytest.raises(ConfigError, match="exists already"):
        add_crew(garden, "garden", "ann")


def test_a_name_with_a_path_in_it_is_refused(garden):
    with pytest.raises(ConfigError, match="begin with a letter"):
        add_crew(garden, "garden", "../ann")


def test_an_unknown_rig_is_refused(garden):
    with pytest.raises(NotFoundError, match="no rig 'barn'; rigs: garden"):
        add_crew(garden, "barn", "ann")
