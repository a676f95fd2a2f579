"""`town scan` and `town security …`: what is found, what a person accepts, what a build hears."""

import json

import pytest

from tests.gastown.cli.conftest import git

BAD = "import subprocess\nsubprocess.run(x, shell=True)\n"


@pytest.fixture
def work(oak, tmp_path):
    """A person's clone of the rig, to push from."""
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(tmp_path / "garden.git"), str(folder))
    return folder


def push(work, **files: str) -> None:
    for name, text in files.items():
        (work / f"{name}.py").write_text(text)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "More")
    git(work, "push", "-q", "origin", "HEAD:main")


def high(told) -> dict[str, str]:
    return {
        one["finding"]["fingerprint"]: one["status"]
        for one in told["tracked"]
        if one["finding"]["severity"] == "high"
    }


def test_a_new_finding_of_high_severity_is_exit_code_1_and_a_known_one_is_not(cli, oak, work):
    assert cli("scan", "garden", "--no-model").code == 0

    push(work, bad=BAD)

    first, second = cli("scan", "garden", "--no-model"), cli("scan", "garden", "--no-model")
    assert (first.code, second.code) == (1, 0)
    assert "bad.py:2" in first.out
    assert "new" in first.out
    assert "model did not run: nobody asked it to" in first.out
    assert "known" in second.out
    assert "scanning garden at" in first.err


def test_what_a_person_accepts_alarms_nobody_until_it_is_revoked(cli, oak, work):
    push(work, bad=BAD)
    (name,) = high(cli("scan", "garden", "--no-model", "--json").json)

    said = cli("security", "accept", "garden", name[:10], "--why", "a demo of danger")
    shown = cli("security", "show", "garden")

    assert said.out.startswith("accepted: bad.py:")
    assert "a demo of danger" in shown.out
    assert high(cli("security", "show", "garden", "--json").json) == {name: "accepted"}
    assert cli("security", "revoke", "garden", name[:10], "--why", "it shipped").code == 0
    assert high(cli("security", "show", "garden", "--json").json) == {name: "new"}


def test_health_and_its_trend_are_shown(cli, oak, work):
    cli("scan", "garden", "--no-model")
    push(work, bad=BAD)
    cli("scan", "garden", "--no-model")

    told = cli("security", "show", "garden", "--json").json

    scores = [one["health"]["score"] for one in told["history"]]
    assert scores[0] > scores[1] == told["health"]["score"]
    assert f"{scores[0]} → {scores[1]} over 2 scans" in cli("security", "show", "garden").out


def test_sarif_is_written_for_a_checkout_too(cli, oak, work, tmp_path):
    push(work, bad=BAD)
    file = tmp_path / "out.sarif"

    assert cli("scan", str(work), "--no-model", "--sarif", str(file)).code == 1

    log = json.loads(file.read_text())
    assert log["version"] == "2.1.0"
    assert "bad.py" in file.read_text()
    assert cli("security", "show", str(work)).code == 0


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("scan", "nowhere"), "neither a rig"),
        (("scan", "garden", "--since", "nothing", "--no-model"), "knows no commit"),
        (("security", "show", "garden"), "town scan garden"),
        (("security", "accept", "garden", "abcdef12", "--why", "x"), "town scan garden"),
        (("security", "accept", "garden", "abcdef12", "--why", " "), "--why is empty"),
        (("security", "accept", "garden", "a", "--why", "x", "--until", "soon"), "--until soon"),
        (("security", "revoke", "garden", "abcdef12", "--why", "x"), "no acceptance"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(cli, oak, tokens, said):
    answer = cli(*tokens)

    assert answer.code == 2
    assert said in answer.err
