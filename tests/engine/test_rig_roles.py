"""watchdog, librarian and digest as flows: what they find is shown and kept."""

import json

import pytest
from prefect.client.orchestration import get_client

from flows.roles.digest import digest
from flows.roles.librarian import librarian
from flows.roles.watchdog import watchdog
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Turn
from gastown.rigs.git import Repo
from gastown.security.book import Book
from gastown.town.town import Town
from tests.gastown.rigs.scan.planted import AWS, PASSWORD
from tests.tasks.scanned import FILES, reading, town_of, weakness

pytestmark = [pytest.mark.engine, pytest.mark.slow]

WRITTEN = json.dumps({"body": "- It talks to the net.", "summary": "README: the net."})
SCRIPT = Script(
    {
        ("watchdog", "scan garden", 1): (reading("Two secrets.", weakness("src/net.gd", 3)),),
        ("librarian", "readme of garden", 1): (Turn(WRITTEN),),
    }
)
SECTION = "[rigs.garden.readme]\nkept = 'section'\n"


@pytest.fixture
def town(tmp_path):
    files = {name: text for name, text in FILES.items() if name != "project.godot"}
    with town_of(tmp_path, SCRIPT, files) as found:
        file = found.layout.config
        file.write_text(f"{file.read_text()}\n{SECTION}")
        yield Town.open(found.root)


def artifacts() -> dict[str, str]:
    with get_client(sync_client=True) as client:
        found = sorted(client.read_artifacts(), key=lambda one: str(one.created))
    return {str(one.key): str(one.data) for one in found}


def test_each_shows_its_page_and_the_watchdogs_has_no_secret(town):
    report = watchdog(str(town.root), "garden")
    proposal = librarian(str(town.root), "garden", apply=True)
    day = digest(str(town.root), "today")

    pages = artifacts()
    assert "`src/net.gd:3` Starts another program" in pages["security-garden"]
    assert not [text for text in pages.values() if AWS in text or PASSWORD in text]
    assert "+- It talks to the net." in pages["readme-garden"]
    assert "- garden: 2 commits (1 by the town)" in pages[f"digest-{day.day.isoformat()}"]
    assert Book(town.layout.private("watchdog"), "garden").load() == report.standing
    assert proposal.applied.startswith("merged as ")
    main = Repo(town.layout.rig("garden").canonical)
    main.fetch()
    assert "It talks to the net." in (main.show_file("origin/main", "README.md") or "")


def test_a_run_from_the_form_is_refused_when_a_field_makes_no_sense(town):
    from prefect.exceptions import ParameterTypeError

    with pytest.raises(ParameterTypeError, match="model"):
        watchdog(str(town.root), "garden", model="perhaps")  # pyright: ignore[reportArgumentType]  # as the form may send it
