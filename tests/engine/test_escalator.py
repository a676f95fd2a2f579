"""The escalator as a flow: the Overseer is reached through real blocks, by a real webhook."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate, require
from gastown.town.town import Town
from tests.tasks.oak import make_oak

pytestmark = [pytest.mark.engine, pytest.mark.slow]
TABLE = '[escalation]\nnotify = ["custom-webhook/overseer", "custom-webhook/never-saved"]\n'
FIRE = Escalation(severity="CRITICAL", category="emergency", subject="A key is in the log")
_WALK = """
import sys
from pathlib import Path
from gastown.town.town import Town
from tasks.escalating import look_after
look_after(Town.open(Path(sys.argv[1])))
"""


class Webhook:
    """What the Overseer received; `then` is called while the sender waits for its answer."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.then: Callable[[], None] = lambda: None
        self.url = ""


@pytest.fixture
def webhook() -> Generator[Webhook]:
    heard = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            heard.then()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_port}/"
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


def save_block(url: str) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    block = CustomWebhookNotificationBlock(
        name="overseer",
        url=url,
        headers=None,
        cookies=None,
        json_data={"title": "{{subject}}", "text": "{{body}}"},
    )
    block.save("overseer", overwrite=True)


@pytest.fixture
def town(tmp_path, webhook) -> Town:
    save_block(webhook.url)
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
