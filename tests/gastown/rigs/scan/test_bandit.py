"""bandit's findings, and the secrets that its passwords are."""

import pytest

from gastown.rigs.scan.bandit import scan_python
from gastown.rigs.scan.child import ScannerError
from gastown.rigs.scan.source import Source
from tests.gastown.rigs.given import write


def _scan(folder, text, name="pkg/a.py"):
    write(folder, {name: text})
    heard = scan_python(folder, [Source(name, tuple(text.split("\n")))])
    assert heard.version
    return heard.hits


def test_a_bad_call_is_found(tmp_path):
    hits = _scan(tmp_path, "import subprocess\nsubprocess.run(x, shell=True)\n")

    found = {(hit.rule.split("-")[0], hit.line, hit.severity) for hit in hits}
    assert ("B602", 2, "high") in found


def test_a_password_is_a_secret(tmp_path):
    hits = _scan(tmp_path, "password = 'hunter22'\n")

    assert [(hit.title, hit.secrets) for hit in hits] == [
        ("Possible hard-coded password", ("hunter22",))
    ]


def test_a_comment_that_silences_it_is_not_obeyed(tmp_path):
    hits = _scan(tmp_path, "import subprocess\nsubprocess.run(x, shell=True)  # nosec\n")

    assert hits


def test_assertions_are_no_finding(tmp_path):
    assert _scan(tmp_path, "def test_a():\n    assert 1\n", "tests/test_a.py") == []


def test_a_file_that_does_not_parse_is_not_taken_for_clean(tmp_path):
    with pytest.raises(ScannerError, match=r"pkg/a\.py: syntax error"):
        _scan(tmp_path, "def broken(:\n")


def test_a_name_that_looks_like_an_option_is_a_file(tmp_path):
    hits = _scan(tmp_path, "exec(x)\n", "-r.py")

    assert [hit.file for hit in hits] == ["-r.py"]
