"""A town of its own for each file of landing tests."""

import pytest

from tests.landing.towns import grounds as founded


@pytest.fixture(scope="module")
def grounds(tmp_path_factory):
    """The demo's town, up; ended with the file's last test."""
    with founded(tmp_path_factory.mktemp("grounds")) as standing:
        yield standing
