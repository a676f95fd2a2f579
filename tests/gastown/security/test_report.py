"""The report's two files say the same, and no secret in either."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.scan.finding import Finding, Scanned, ScannerRun
from gastown.rigs.scan.report import Reading, render

FINDING = Finding(
    scanner="bandit",
    rule="B602",
    severity="high",
    file="a.py",
    line=2,
    title="Starts a shell",
    excerpt="run(`x`)",
    fingerprint="f" * 16,
    introduced=True,
)
READING = Reading(severity="low", file="b.py", line=3, title="Trusts a file", reason="Anyone may.")
SCANNED = Scanned(
    findings=(FINDING, FINDING.model_copy(update={"introduced": False, "file": "old.py"})),
    ran=(ScannerRun(name="bandit", version="1", ran=True, files=2),),
    unread=("big.bin",),
)


def test_a_person_reads_what_is_new_first():
    text = render("Rig at 1234", SCANNED, "All in all fine.", [READING])["report.md"]

    parts = ["# Rig at 1234", "2 findings (2 high), 1 new", "## New with this change", "`a.py:2`"]
    parts += ["## In the tree before", "`old.py:2`", "## Read by the model", "All in all fine."]
    parts += ["`b.py:3` Trusts a file", "## Scanners", "bandit 1: ran over 2 files", "`big.bin`"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_program_reads_the_same():
    data = json.loads(render("T", SCANNED, "Fine.", [READING])["report.json"])

    assert [one["file"] for one in data["findings"]] == ["a.py", "old.py"]
    assert data["readings"][0]["title"] == "Trusts a file"
    assert "secrets" not in data


def test_an_empty_scan_has_no_empty_sections():
    assert render("T", Scanned())["report.md"] == "# T\n\n0 findings\n"


def _texts(value):
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


@given(st.text(min_size=4, max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_what_the_model_quotes_is_redacted(secret, before, after):
    scanned = Scanned(secrets=(secret,))
    quoted = Reading(severity="high", file="a", title="t", reason=before + secret + after)

    files = render("T", scanned, f"I saw {secret}.", [quoted])

    assert secret not in files["report.md"]
    assert not [text for text in _texts(json.loads(files["report.json"])) if secret in text]
