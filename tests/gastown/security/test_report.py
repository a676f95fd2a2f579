"""The report's files say the same, and no secret in any of them."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.scan.finding import ScannerRun
from gastown.security.history import entry_of
from gastown.security.report import render
from tests.gastown.security.given import RULES, accepted, after, finding, scanned

OLD, GONE, HELD = finding("a", "low"), finding("c"), finding("d")
NEW = finding("b", introduced=True)
AWAY = ScannerRun(name="bandit", ran=False, files=1, why_not="stopped after 120 s")
STANDING = after(
    scanned(OLD, GONE),
    scanned(OLD, NEW, HELD, ran=(RULES, AWAY), unread=("big.bin",)),
    words=(accepted(HELD),),
)
HISTORY = tuple(entry_of(one, "alone") for one in (after(scanned(OLD, GONE)), STANDING))


def test_a_person_reads_what_is_new_first():
    text = render("Rig at 1234", STANDING, HISTORY, "All in all fine.")["report.md"]

    parts = ["# Rig at 1234", "2 open (1 high, 1 low), 1 new, 1 fixed, 1 accepted", "did not run"]
    parts += ["Health at most 81 of 100 (▆▆ 81 → 81 over 2 scans)", "All in all fine."]
    parts += [
        "## New",
        "`src/b.gd:2` Does b",
        "in this change",
        "## Known",
        "`src/a.gd:2`",
        "since 2026-01-29",
    ]
    parts += ["## Fixed since the last scan", "`src/c.gd:2`", "## Accepted", "`src/d.gd:2`"]
    parts += ["ann, 2026-01-29: on purpose", "## Scanners", "rules 1: ran over 2 files"]
    parts += ["**bandit did not run** over 1 file: stopped after 120 s", "`big.bin`"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_program_reads_the_same():
    data = json.loads(render("T", STANDING, HISTORY, "Fine.")["report.json"])

    told = {one["finding"]["file"]: one["status"] for one in data["tracked"]}
    assert told == {
        "src/a.gd": "known", "src/b.gd": "new", "src/c.gd": "fixed", "src/d.gd": "accepted",
    }  # fmt: skip
    assert data["health"] == {"score": 81, "at_most": True}
    assert [one["new"] for one in data["history"]] == [2, 1]


def test_an_empty_scan_has_no_empty_sections():
    text = render("T", after(scanned(ran=())))["report.md"]

    assert text == "# T\n\n0 open, 0 new.\n\nHealth 100 of 100.\n"


def test_a_page_stays_readable_however_much_was_found():
    many = [finding(f"f{n:04}", fingerprint=f"{n:016x}") for n in range(250)]

    files = render("T", after(scanned(*many)))

    assert files["report.md"].count("- **high**") == 200
    assert "… and 50 more, in report.json" in files["report.md"]
    assert len(json.loads(files["report.json"])["tracked"]) == 250


def test_no_text_of_a_model_or_a_file_becomes_a_picture_or_a_link():
    bad = "![x](http://e/) [a](http://e/) <img src=x>"
    one = finding(title=bad, reason=bad, excerpt=f"`{bad}`", rule=bad)

    text = render(bad, after(scanned(one)), (), bad)["report.md"]

    for line in text.splitlines():
        bare = "".join(part for part in line.split("`")[::2])
        assert "](" not in bare.replace("\\]", "")
        assert "<img" not in bare.replace("\\<", "")


def _texts(value):
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


@settings(max_examples=60)
@given(st.text(min_size=8, max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_what_the_model_quotes_is_redacted(secret, before, after_it):
    quoted = finding(title="t", reason=before + secret + after_it)

    files = render("T", after(scanned(quoted)), (), f"I saw {secret}.", [secret])

    assert secret not in files["report.md"]
    for name in ("report.json", "report.sarif"):
        assert not [text for text in _texts(json.loads(files[name])) if secret in text]
