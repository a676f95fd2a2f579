"""The escalator as a flow: the Overseer is reached through real blocks, by a real webhook."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from datetime import timedelta

import pytest

from gastown.beads.ledger import utc_now
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate, require
from gastown.town.town import Town
from tests.engine.post_office import Office, mail_server, save_webhook
from tests.engine.post_office import webhook as posted
from tests.tasks.oak import make_oak

pytestmark = [pytest.mark.engine, pytest.mark.slow]
TABLE = '[escalation]\nnotify = ["custom-webhook/overseer", "custom-webhook/never-saved"]\n'
MAIL = '[escalation]\nnotify = ["apprise-notification/overseer"]\n'
FIRE = Escalation(severity="CRITICAL", category="emergency", subject="A key is in the log")
_WALK = """
import sys
from pathlib import Path
from gastown.town.town import Town
from tasks.escalating import look_after
look_after(Town.open(Path(sys.argv[1])))
"""


@pytest.fixture
def webhook() -> Generator[Office]:
    with posted() as office:
        yield office


@pytest.fixture
def town(tmp_path, webhook) -> Town:
    save_webhook("overseer", webhook.url)
    return make_oak(tmp_path, TABLE)


def test_the_overseer_hears_once_what_it_is_and_how_to_answer(town, webhook):
    from flows.patrols.escalator import escalator

    bead = escalate(town.ledger, FIRE).id

    (looked,) = escalator(str(town.root))
    assert escalator(str(town.root)) == []

    assert looked.told == ("custom-webhook/overseer",)
    assert "no notification block 'custom-webhook/never-saved'" in looked.failed[0]
    (got,) = webhook.got
    assert got["title"] == "oak: CRITICAL emergency: A key is in the log"
    assert f"town escalation resolve {bead}" in got["text"]
    sent = {one.block: one.sent for one in require(town.ledger, bead).notices}
    assert sent == {"custom-webhook/overseer": True, "custom-webhook/never-saved": False}


def test_a_mail_server_that_is_away_is_asked_again_until_the_overseer_has_it(tmp_path):
    from blocks.listeners import save_address
    from flows.patrols.escalator import escalator
    from tasks.escalating import look_after

    town, address = make_oak(tmp_path, MAIL), "mailto://127.0.0.1:{}?from=t@oak.test&to=a@oak.test"
    bead = escalate(town.ledger, FIRE).id
    save_address("overseer", address.format(9))
    (failed,) = escalator(str(town.root))
    with mail_server() as office:
        save_address("overseer", address.format(office.port))
        later = utc_now() + timedelta(minutes=2)
        (told,) = look_after(town, clock=lambda: later)
        assert look_after(town, clock=lambda: later) == []

    assert (failed.told, told.told) == ((), ("apprise-notification/overseer",))
    assert "not sent" in failed.failed[0]
    (mail,) = office.mails
    assert mail["Subject"].startswith("oak: CRITICAL emergency: A key is in the log")
    assert require(town.ledger, bead).notices[0].sent


def test_one_that_is_killed_in_the_moment_of_telling_is_followed_by_one_that_says_so(town, webhook):
    escalate(town.ledger, FIRE)
    command = [sys.executable, "-c", _WALK, str(town.root)]
    from prefect.settings import get_current_settings

    api = str(get_current_settings().api.url)
    environ = {**os.environ, "PREFECT_API_URL": api, "PYTHONPATH": os.getcwd()}  # noqa: PTH109
    walker = subprocess.Popen(command, env=environ)
    died = threading.Event()

    def kill() -> None:
        walker.kill()
        walker.wait()
        died.set()

    webhook.then = kill
    try:
        assert walker.wait(timeout=120) == -signal.SIGKILL
        assert died.wait(timeout=10)
    finally:
        walker.kill()
    webhook.then = lambda: None
    from flows.patrols.escalator import escalator

    escalator(str(town.root))
    escalator(str(town.root))

    titles = [one["title"] for one in webhook.got]
    first = "oak: CRITICAL emergency: A key is in the log"
    assert titles == [first, f"{first} (again; the first may have been lost)"]
