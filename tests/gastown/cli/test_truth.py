"""`town truth …`: a first truth, references, verdicts; exit code 1 unless every claim holds."""

import json

import pytest

from tests.tasks.sightseeing import DRAW, make_build, make_town


@pytest.fixture
def town(tmp_path, monkeypatch):
    made = make_town(tmp_path)
    monkeypatch.chdir(made.root)
    return made


def test_a_first_truth_is_written_once(cli, tmp_path):
    (tmp_path / "index.html").write_text("<p>")

    first, again = (cli("truth", "init", str(tmp_path)) for _ in range(2))

    assert first.code == 0
    assert "edit it, then: town truth record" in first.out
    assert (tmp_path / ".truth" / "start" / "criteria.md").is_file()
    assert again.code == 2
    assert "exists already" in again.err


def test_references_are_made_without_a_town(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    build = make_build(tmp_path / "build")

    first = cli("truth", "record", str(build))
    again = cli("truth", "record", str(build), "--json")

    assert "card/card.png  new" in first.out
    assert "Look at each of them" in first.out
    assert again.json == [{"place": "card/card.png", "change": "same"}]


def test_a_build_is_judged_and_the_report_named(cli, town, tmp_path):
    build = make_build(tmp_path / "build")
    criteria = build / ".truth" / "card" / "criteria.md"
    criteria.write_text("1. [pixel] It is the one we agreed on.\n2. [log] Nothing goes wrong.\n")
    cli("truth", "record", str(build))

    sound = cli("truth", "check", str(build))
    (build / "draw.py").write_text(DRAW.replace("200, 40, 40", "40, 40, 200"))
    broken = cli("truth", "check", str(build), "--json")

    assert (sound.code, broken.code) == (0, 1)
    assert "2 of 2 claims hold" in sound.out
    assert (broken.json["verdict"], broken.json["line"]) == (
        "fail",
        "1 of 2 claims hold; 1 fails",
    )
    assert broken.json["frames"][0]["box"] == [10, 10, 51, 41]
    report = town.layout.private("spotter") / "elsewhere" / "build" / "report.html"
    assert broken.json["report"] == str(report)
    kept = json.loads(report.with_name("report.json").read_text())
    assert kept["claims"] == broken.json["claims"]


def test_doubt_is_exit_code_1(cli, town, tmp_path):
    build = make_build(tmp_path / "build")
    cli("truth", "record", str(build))

    answer = cli("truth", "check", str(build), "--blind")

    assert answer.code == 1
    assert "2 of 3 claims hold; 1 not shown" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere"), "'nowhere' is neither a folder nor a rig of the town"),
        (("check", "."), "truth.toml: no such file; docs/truth.md"),
        (("check", ".", "--build", "no"), "no: no such folder of a build"),
        (("record", "nowhere"), "neither a folder nor a rig"),
        (("init", "nowhere"), "no such folder"),
    ],
)
def test_what_cannot_be_done_is_refused(cli, town, words, said):
    answer = cli("truth", *words)

    assert answer.code == 2
    assert said in answer.err
