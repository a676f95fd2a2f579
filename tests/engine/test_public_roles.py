"""Bug Scout and Assistant as flows: artifacts in the UI, briefs through real blocks."""

from collections.abc import Generator

import pytest

from gastown.errors import ConfigError, GasTownError, StageFailedError
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import crowd
from gastown.founding.install import install
from tests.engine.post_office import Office, save_webhook, webhook
from tests.engine.shown import artifact

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SOURCE = '[sources.issues]\nkind = "github-issues"\nrepo = "acme/game"\napi = "{url}"\n'
NOTIFY = "[assistant]\nnotify = [{names}]\n"


@pytest.fixture
def inbox() -> Generator[Office]:
    """What a team's webhook receives."""
    with webhook() as office:
        yield office


def town_at(folder, text: str) -> str:
    install(folder / "oak", "oak")
    file = folder / "oak" / "town.toml"
    file.write_text(f'[town]\nname = "oak"\n{text}')
    return str(file.parent)


def test_bug_scout_reads_and_shows_what_it_did(tmp_path):
    from flows.roles.bug_scout import bug_scout

    with PublicServer() as public:
        public.world.put(*crowd(3))
        report = bug_scout(town_at(tmp_path, SOURCE.format(url=public.url)))

    assert (report.items, report.unread) == (3, 3)
    assert "| issues | 1 | 3 | 0 | 0 |" in artifact("bug-scout")


def test_a_run_fails_when_nothing_could_be_read_or_there_is_nothing_to_read(tmp_path):
    from flows.roles.bug_scout import bug_scout
    from flows.roles.oracle import oracle

    with PublicServer() as public:
        public.world.meet("gone")
        town = town_at(tmp_path, SOURCE.format(url=public.url))
        with pytest.raises(StageFailedError, match="none of that name"):
            bug_scout(town)
        with pytest.raises(ConfigError, match="for oracle"):
            oracle(town)


def test_the_brief_is_sent_through_every_block_that_works_and_kept_whatever_happens(
    tmp_path, inbox
):
    from flows.roles.assistant import assistant

    save_webhook("team", inbox.url)
    save_webhook("nobody", "http://127.0.0.1:9/")
    names = '"custom-webhook/nobody", "slack-webhook/none", "custom-webhook/team"'
    town = town_at(tmp_path, NOTIFY.format(names=names))

    with pytest.raises(GasTownError) as caught:
        assistant(town)

    said = str(caught.value)
    assert "custom-webhook/nobody: not sent" in said
    assert "no notification block 'slack-webhook/none'" in said
    assert "custom-webhook/team: not sent" not in said
    (brief,) = inbox.got
    assert brief["title"].startswith("oak, ")
    assert brief["text"] == artifact("brief")
    assert list((tmp_path / "oak" / "briefs").glob("*.md"))


def test_a_brief_that_is_only_kept_is_sent_to_nobody(tmp_path, inbox):
    from flows.roles.assistant import assistant

    save_webhook("team", inbox.url)

    brief = assistant(town_at(tmp_path, NOTIFY.format(names='"custom-webhook/team"')), send=False)

    assert inbox.got == []
    assert not brief.worded
