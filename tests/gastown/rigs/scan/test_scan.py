"""A scan as a whole: what is new, what ran, and that no secret leaves it in clear."""

import json

import pytest

from gastown.rigs.clone import init
from gastown.rigs.diff import changed_lines, diff
from gastown.rigs.git import Repo
from gastown.rigs.scan.finding import Scanned, ScannerRun
from gastown.rigs.scan.scan import scan
from gastown.spans import recording
from tests.gastown.rigs.given import POLECAT, write
from tests.gastown.rigs.scan.planted import AWS, PASSWORD

BAD = "import subprocess\nsubprocess.run(x, shell=True)\n"


@pytest.fixture
def repo(tmp_path):
    write(tmp_path, {"old.py": BAD, "src/a.gd": "extends Node\n", "README.md": "# R\n"})
    repo = Repo(init(tmp_path))
    repo.commit_all("Old", POLECAT)
    return repo


def _scan(repo):
    return scan(repo.path, changed_lines(diff(repo.path, "HEAD^", "HEAD")))


def test_what_the_change_brought_in_is_told_from_what_was_there(repo):
    write(repo.path, {"new.py": f'key = "{AWS}"\n', "old.py": f"{BAD}\n# more\n"})
    repo.commit_all("New", POLECAT)

    scanned = _scan(repo)

    (new,) = scanned.introduced
    assert (new.file, new.line, new.severity) == ("new.py", 1, "critical")
    assert {finding.file for finding in scanned.findings} == {"new.py", "old.py"}
    assert scanned.findings[0] == new  # the worst first


def test_every_scanner_that_had_something_to_read_is_listed(repo):
    ran = {run.name: (run.ran, run.files) for run in scan(repo.path, {}).ran}

    assert ran == {
        "detect-secrets": (True, 3), "text-rules": (True, 3), "bandit": (True, 1),
        "gdscript-rules": (True, 1),
    }  # fmt: skip


def test_a_scanner_without_files_is_neither_run_nor_missed(repo):
    (repo.path / "old.py").unlink()
    repo.commit_all("No Python", POLECAT)

    scanned = scan(repo.path, {})

    names = [run.name for run in scanned.ran]
    assert names == ["detect-secrets", "text-rules", "gdscript-rules"]
    assert scanned.not_run == ()


def test_what_a_scanner_could_not_read_is_said_and_the_rest_is_told(repo):
    write(repo.path, {"broken.py": "def broken(:\n"})
    repo.commit_all("Broken", POLECAT)

    scanned = scan(repo.path, {})

    (run,) = scanned.in_part
    assert run.name == "bandit"
    assert "broken.py: syntax error" in run.missed[0]
    assert "old.py" in {finding.file for finding in scanned.findings}
    assert scanned.line.endswith("; bandit ran in part")


def test_a_scanner_that_could_not_run_is_never_clean(repo):
    write(repo.path, {"old.py": "def broken(:\n"})
    repo.commit_all("Broken", POLECAT)

    scanned = scan(repo.path, {})

    (run,) = scanned.not_run
    assert (run.name, run.ran) == ("bandit", False)
    assert "old.py: syntax error" in run.why_not
    assert scanned.line.endswith("; bandit did not run")


def test_a_finding_is_recognised_after_its_line_moved(repo):
    before = scan(repo.path, {}).findings
    write(repo.path, {"old.py": "\n\n" + BAD})
    repo.commit_all("Moved", POLECAT)

    after = scan(repo.path, {}).findings

    assert [finding.fingerprint for finding in before] == [f.fingerprint for f in after]
    assert [finding.line for finding in before] != [f.line for f in after]


def test_equal_lines_are_told_apart_and_one_that_goes_leaves_the_others_names(repo):
    def names():
        return [f.fingerprint for f in scan(repo.path, {}).findings if f.rule == "run-program"]

    write(repo.path, {"src/a.gd": "OS.execute(a)\nvar b\n  OS.execute(a)\n"})
    repo.commit_all("Two", POLECAT)
    both = names()
    write(repo.path, {"src/a.gd": "\n\tOS.execute(a)\n"})
    repo.commit_all("One", POLECAT)

    assert len(set(both)) == 2
    assert names() == both[:1]


def test_the_packages_of_a_lock_file_are_asked_about_or_said_to_be_unknown(repo):
    write(repo.path, {"requirements.txt": "requests==2.0.0\n", "addons/x/Cargo.lock": ""})
    repo.commit_all("Lock", POLECAT)

    scanned = scan(repo.path, {}, find=lambda _: None)

    (run,) = scanned.not_run
    assert (run.name, run.files) == ("pip-audit", 1)
    assert run.why_not == "neither pip-audit nor osv-scanner is installed"
    assert "advisories = false" in scan(repo.path, {}, find=None).not_run[0].why_not


def test_a_secret_stands_in_no_text_that_can_be_kept(repo):
    text = f'a = "{AWS}"\npassword = "{PASSWORD}"\nlogin("{AWS}", "{PASSWORD}")\n'
    write(repo.path, {"new.py": text, "n.gd": f'var password: String = "{PASSWORD}"\n'})
    repo.commit_all("New", POLECAT)

    scanned = _scan(repo)

    kept = [scanned.model_dump_json(), repr(scanned)]
    assert {AWS, PASSWORD} <= set(scanned.secrets)
    assert not [text for text in kept if AWS in text or PASSWORD in text]
    assert json.loads(scanned.model_dump_json())["findings"]


def test_the_time_of_a_scan_is_recorded(repo):
    with recording() as spans:
        scan(repo.path, {})

    assert "scan" in {span.kind for span in spans}


def test_a_line_for_the_board():
    clean = Scanned(ran=(ScannerRun(name="bandit", ran=True, files=1),))

    assert clean.line == "0 findings"
