"""What is detached is the town's, and belongs to no flow run, though one has started it."""

import json

import psutil

from gastown.runner.detach import detach
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, RUN, mark_of

MODULE = """
import json, os, sys
from pathlib import Path
Path(sys.argv[1]).write_text(json.dumps(dict(os.environ)))
"""


def test_it_carries_the_towns_mark_and_none_of_the_runs_variables(tmp_path, monkeypatch):
    layout = TownLayout(tmp_path)
    layout.state.mkdir()
    (tmp_path / "left_behind.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(RUN, "8e3f")
    monkeypatch.setenv("PREFECT__STORAGE_BASE_PATH", "/somewhere")
    told = tmp_path / "environ.json"

    pid = detach(layout, "left_behind", [str(told)], tmp_path / "logs" / "left.log")
    psutil.wait_procs([psutil.Process(pid)], timeout=20)

    environ = json.loads(told.read_text())
    assert environ[MARK] == mark_of(layout)
    assert [name for name in environ if name.startswith("PREFECT__")] == []
