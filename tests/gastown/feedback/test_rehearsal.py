"""The rehearsed public can be tried by hand: it prints the tables that a town needs."""

import signal
import subprocess
import sys
import tomllib
from urllib.request import ProxyHandler, build_opener

from gastown.town.tables.sources import SourceTable

COMMAND = [sys.executable, "-m", "gastown.feedback.rehearsal"]


def test_it_prints_tables_that_can_be_read_and_ends_with_ctrl_c():
    with subprocess.Popen([*COMMAND, "3"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        text = "".join(process.stdout.readline() for _ in range(9))
        tables = {
            name: SourceTable.model_validate(table)
            for name, table in tomllib.loads(text)["sources"].items()
        }
        with build_opener(ProxyHandler({})).open(tables["rehearsed-feed"].url) as answer:
            assert answer.read().count(b"<item>") == 3
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def test_nonsense_is_refused():
    done = subprocess.run([*COMMAND, "many"], capture_output=True, check=False, text=True)

    assert done.returncode == 2
    assert "give the number" in done.stderr
