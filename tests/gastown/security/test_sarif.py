"""The log is SARIF 2.1.0: what the standard requires is there, and only words that it knows."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.scan.finding import SEVERITIES, ScannerRun
from gastown.security.sarif import FINGERPRINT, sarif
from tests.gastown.security.given import RULES, accepted, after, finding, scanned

LEVELS = {"none", "note", "warning", "error"}
BASELINES = {"new", "unchanged", "updated", "absent"}


def require(thing: Mapping[str, Any], **shapes: type) -> None:
    """Each property is there, of its type, and no text is empty."""
    for name, shape in shapes.items():
        assert isinstance(thing.get(name), shape), (name, thing)
        assert thing[name] != "", (name, thing)


def check(log: Mapping[str, Any]) -> None:
    """Sections 3.13 to 3.58 of the standard, as far as the town writes them."""
    require(log, version=str, runs=list)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    for run in log["runs"]:
        require(run, tool=dict, results=list, invocations=list)
        require(run["tool"], driver=dict)
        driver = run["tool"]["driver"]
        require(driver, name=str)
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            require(rule, id=str, shortDescription=dict)
            require(rule["shortDescription"], text=str)
            assert rule["defaultConfiguration"]["level"] in LEVELS
        for invocation in run["invocations"]:
            require(invocation, executionSuccessful=bool)
            for note in invocation.get("toolExecutionNotifications", []):
                require(note, message=dict)
                require(note["message"], text=str)
                assert note["level"] in LEVELS
        for result in run["results"]:
            check_result(result, ids)


def check_result(result: Mapping[str, Any], ids: list[str]) -> None:
    require(result, message=dict, locations=list, ruleId=str, ruleIndex=int)
    require(result["message"], text=str)
    assert ids[result["ruleIndex"]] == result["ruleId"]
    assert result["level"] in LEVELS
    assert result["baselineState"] in BASELINES
    assert all(isinstance(one, str) for one in result["partialFingerprints"].values())
    for suppression in result["suppressions"]:
        assert suppression["kind"] in {"inSource", "external"}
        assert suppression["status"] in {"accepted", "underReview", "rejected"}
    for location in result["locations"]:
        place = location["physicalLocation"]
        require(place["artifactLocation"], uri=str)
        assert not set(place["artifactLocation"]["uri"]) & set(' \\"<>{}|^`')
        if "region" in place:
            assert place["region"]["startLine"] >= 1


FINDINGS = st.lists(
    st.builds(
        lambda name, severity, line: finding(name, severity, line=line, title=name),
        st.text(min_size=1, max_size=6).map(lambda text: f"a{text}"),
        st.sampled_from(SEVERITIES),
        st.integers(0, 3),
    ),
    max_size=5,
    unique_by=lambda one: one.fingerprint,
)


@settings(max_examples=50)
@given(FINDINGS, FINDINGS)
def test_whatever_was_found_the_log_is_valid(first, second):
    log = sarif(after(scanned(*first), scanned(*second), words=tuple(map(accepted, second[:1]))))

    check(json.loads(json.dumps(log)))


def test_each_status_has_its_word():
    old, new, gone, held = (finding(name) for name in "abcd")
    standing = after(scanned(old, gone), scanned(old, new, held), words=(accepted(held),))

    (run,) = sarif(standing)["runs"]

    states = {one["ruleId"][-1]: one["baselineState"] for one in run["results"]}
    assert states == {"a": "unchanged", "b": "new", "c": "absent", "d": "unchanged"}
    (word,) = [one["suppressions"] for one in run["results"] if one["suppressions"]]
    assert word[0]["justification"] == "ann: on purpose"
    prints = {one["partialFingerprints"][FINGERPRINT] for one in run["results"]}
    assert prints == {one.fingerprint for one in (old, new, gone, held)}


def test_a_scanner_that_did_not_run_is_a_run_that_failed():
    away = ScannerRun(name="pip-audit", ran=False, files=1, why_not="offline")

    runs = sarif(after(scanned(finding(), ran=(RULES, away))))["runs"]

    (failed,) = [run for run in runs if run["tool"]["driver"]["name"] == "pip-audit"]
    assert failed["invocations"][0]["executionSuccessful"] is False
    assert failed["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "offline"
    assert failed["results"] == []


def test_a_path_is_an_address_relative_to_the_root():
    one = finding(file="src/a b#é.gd")

    (run,) = sarif(after(scanned(one)))["runs"]

    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "#" not in uri
    assert unquote(uri) == "src/a b#é.gd"


def test_a_finding_about_a_whole_file_has_no_region():
    (run,) = sarif(after(scanned(finding(line=0))))["runs"]

    assert "region" not in run["results"][0]["locations"][0]["physicalLocation"]
    assert (
        run["results"][0]["properties"]["since"] == datetime(2026, 1, 29, 9, tzinfo=UTC).isoformat()
    )
