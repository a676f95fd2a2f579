"""What the tests of agents share."""

from pathlib import Path

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "calc.py").write_text("def add(a, b):\n    return a - b\n")
    return tmp_path / "work"
