"""Scanners run in a process of their own, and nothing of the scanned tree gets into it."""

import time

import pytest

from gastown.rigs.scan.child import ScannerError, run_python
from tests.gastown.rigs.given import write


def test_modules_of_the_scanned_tree_are_not_imported(tmp_path):
    write(tmp_path, {"bandit.py": "raise SystemExit(9)", "json.py": "raise SystemExit(9)"})

    out = run_python(("-c", "import bandit, json; print(bandit.__version__)"), tmp_path)

    assert out.strip()


def test_no_key_of_ours_gets_into_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "k")

    assert "SOME_API_KEY" not in run_python(("-c", "import os; print(list(os.environ))"), tmp_path)


def test_a_scanner_that_hangs_is_stopped_with_its_children(tmp_path):
    code = "import subprocess; subprocess.run(['sleep', '60'])"
    start = time.monotonic()

    with pytest.raises(ScannerError, match=r"stopped after 0\.5 s"):
        run_python(("-c", code), tmp_path, timeout_s=0.5)
    assert time.monotonic() - start < 10


def test_a_scanner_that_fails_says_why(tmp_path):
    with pytest.raises(ScannerError, match=r"exit 1: .*no such thing"):
        run_python(("-c", "raise SystemExit('no such thing')"), tmp_path)
