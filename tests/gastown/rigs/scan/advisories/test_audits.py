"""What each tool says becomes a finding at the line that names the package, or is said unknown."""

import json

import pytest

from gastown.rigs.scan.advisories.cargo import audit as ask_cargo
from gastown.rigs.scan.advisories.locks import Lock
from gastown.rigs.scan.advisories.npm import audit as ask_npm
from gastown.rigs.scan.advisories.osv import audit as ask_osv
from gastown.rigs.scan.advisories.osv import severity_of
from gastown.rigs.scan.advisories.pip import audit as ask_pip
from gastown.rigs.scan.child import ScannerError
from tests.gastown.rigs.scan.advisories.tools import given, tool

PINNED = Lock("requirements.txt", "# ours\nrequests==2.0.0 \\\n  --hash=sha256:00\nflask>=2\n")
NPM = {
    "lockfileVersion": 3,
    "packages": {"": {"name": "x", "dependencies": {"lodash": "4.17.11"}},
                 "node_modules/lodash": {"version": "4.17.11"}},
}  # fmt: skip
NPM_LOCK = Lock("web/package-lock.json", json.dumps(NPM, indent=1))
CARGO_LOCK = Lock("Cargo.lock", '[[package]]\nname = "time"\nversion = "0.1.0"\n')


def weak(name: str, *vulns: str):
    entries = [{"id": one, "fix_versions": ["2.3"], "aliases": []} for one in vulns]
    return {"name": name, "version": "2.0.0", "vulns": entries}


def test_pip_audit_names_the_line_of_the_package_and_what_has_no_version_is_missed(tmp_path):
    said = {"dependencies": [weak("requests", "PYSEC-1", "PYSEC-2")], "fixes": []}
    program = tool(tmp_path, "pip-audit", said, status=1, version="pip-audit 2.10.1")

    heard = ask_pip(program, [PINNED])

    assert [(hit.rule, hit.line, hit.severity) for hit in heard.hits] == [
        ("PYSEC-1", 2, "high"), ("PYSEC-2", 2, "high"),
    ]  # fmt: skip
    assert heard.hits[0].title == "requests 2.0.0 has a known weakness, fixed in 2.3"
    assert heard.version == "2.10.1"
    assert heard.missed == ("requirements.txt: flask: has no fixed version",)
    assert given(program)["files"] == {"requirements.txt": "requests==2.0.0\n"}


def test_pip_audit_offline_has_not_looked_though_it_says_that_nothing_is_known(tmp_path):
    """It ends with 0 and `No known vulnerabilities found`: each package was skipped."""
    skipped = {"name": "requests", "skip_reason": "Dependency not found and could not be audited"}
    program = tool(tmp_path, "pip-audit", {"dependencies": [skipped], "fixes": []})

    with pytest.raises(ScannerError, match="could not be audited"):
        ask_pip(program, [Lock("requirements.txt", "requests==2.0.0\n")])


def test_one_package_that_is_not_published_leaves_the_others_looked_at(tmp_path):
    ours = {"name": "ours", "skip_reason": "ours could not be audited"}
    said = {"dependencies": [weak("requests", "PYSEC-1"), ours], "fixes": []}
    lock = Lock("requirements.txt", "requests==2.0.0\nours==1\n")

    heard = ask_pip(tool(tmp_path, "pip-audit", said, status=1), [lock])

    assert len(heard.hits) == 1
    assert heard.missed == ("requirements.txt: ours could not be audited",)


def test_npm_audit_tells_of_each_advisory_once_and_at_its_line(tmp_path):
    advisory = {
        "source": 1, "title": "Prototype pollution", "severity": "moderate", "range": "<4.17.12",
        "url": "https://github.com/advisories/GHSA-jf85-cpcp-j695",
    }  # fmt: skip
    said = {
        "auditReportVersion": 2,
        "vulnerabilities": {
            "lodash": {"severity": "moderate", "via": [advisory]},
            "grunt": {"severity": "moderate", "via": ["lodash"]},
        },
    }
    program = tool(tmp_path, "npm", said, status=1, version="11.1.0")

    heard = ask_npm(program, [NPM_LOCK])

    (hit,) = heard.hits
    assert (hit.rule, hit.severity, hit.file) == (
        "GHSA-jf85-cpcp-j695", "medium", "web/package-lock.json",
    )  # fmt: skip
    assert "node_modules/lodash" in NPM_LOCK.text.split("\n")[hit.line - 1]
    assert sorted(given(program)["files"]) == ["package-lock.json", "package.json"]
    assert "--ignore-scripts" in given(program)["argv"]


@pytest.mark.parametrize(
    "said", [{"message": "405 Method Not Allowed", "statusCode": 405}, {"error": {}}, {}]
)
def test_a_registry_that_refuses_is_no_clean_bill(tmp_path, said):
    with pytest.raises(ScannerError, match=r"web/package-lock\.json"):
        ask_npm(tool(tmp_path, "npm", said, status=1), [NPM_LOCK])


def test_an_old_lock_file_is_said_to_be_one(tmp_path):
    with pytest.raises(ScannerError, match="npm 7"):
        ask_npm(tool(tmp_path, "npm", {}), [Lock("package-lock.json", '{"dependencies": {}}')])


def test_cargo_audit_tells_weaknesses_from_warnings(tmp_path):
    package = {"name": "time", "version": "0.1.0"}
    advisory = {"id": "RUSTSEC-2020-0071", "title": "Potential segfault"}
    said = {
        "vulnerabilities": {"list": [{"advisory": advisory, "package": package}]},
        "warnings": {"yanked": [{"package": package, "advisory": None}]},
    }

    heard = ask_cargo(tool(tmp_path, "cargo-audit", said, status=1), [CARGO_LOCK])

    assert [(hit.rule, hit.severity, hit.line, hit.title) for hit in heard.hits] == [
        ("RUSTSEC-2020-0071", "high", 2, "time 0.1.0: Potential segfault"),
        ("withdrawn", "low", 2, "time 0.1.0: is yanked"),
    ]


def test_osv_scanner_ranks_by_the_bands_of_cvss(tmp_path):
    one = {
        "package": {"name": "time", "version": "0.1.0", "ecosystem": "cargo"},
        "groups": [{"ids": ["RUSTSEC-1", "CVE-1"], "max_severity": "9.8"},
                   {"ids": ["RUSTSEC-2"], "max_severity": ""}],
        "vulnerabilities": [{"id": "RUSTSEC-1", "summary": "Bad"}],
    }  # fmt: skip
    said = {"results": [{"source": {"path": "Cargo.lock"}, "packages": [one]}]}
    program = tool(tmp_path, "osv-scanner", said, status=1, version="osv-scanner version: 2.3.3")

    heard = ask_osv(program, [CARGO_LOCK])

    assert [(hit.rule, hit.severity) for hit in heard.hits] == [
        ("RUSTSEC-1", "critical"), ("RUSTSEC-2", "high"),
    ]  # fmt: skip
    assert heard.version == "2.3.3"
    assert severity_of("3.9") == "low"


def test_osv_scanner_that_fails_is_no_clean_bill_but_an_empty_file_is(tmp_path):
    with pytest.raises(ScannerError, match="exit 127"):
        ask_osv(tool(tmp_path, "broken", "no network", status=127), [CARGO_LOCK])

    assert ask_osv(tool(tmp_path, "empty", "{}", status=128), [CARGO_LOCK]).hits == []


def test_no_key_of_ours_reaches_a_tool(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "k")
    program = tool(tmp_path, "osv-scanner", "{}")

    ask_osv(program, [CARGO_LOCK])

    assert "SOME_API_KEY" not in given(program)["env"]
    assert "PATH" in given(program)["env"]
