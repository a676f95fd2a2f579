"""What a script imports from `gastown`, and what that costs everybody else."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from gastown.beads.bead import Draft
from gastown.town.town import Town

gastown = importlib.import_module("gastown")
LOADED = "import gastown, sys; print(*(m for m in sys.modules if m.startswith(('gastown.', 'py'))))"


def test_the_names_are_those_of_their_modules():
    assert gastown.Draft is Draft
    assert gastown.Town is Town


@pytest.mark.parametrize("name", gastown.__all__)
def test_every_name_on_the_list_is_there(name):
    assert getattr(gastown, name).__name__ == name


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(AttributeError, match="no name 'Mayor'"):
        gastown.Mayor  # noqa: B018 - looking it up is the test


def test_importing_the_package_loads_none_of_its_modules():
    place = Path(gastown.__path__[0]).parent
    argv = [sys.executable, "-S", "-c", LOADED]  # -S: without what the venv loads at start
    done = subprocess.run(argv, cwd=place, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
