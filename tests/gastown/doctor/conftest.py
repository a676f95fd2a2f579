"""A ward for each test."""

from pathlib import Path

import pytest

from tests.gastown.doctor.ward import Ward


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path)
