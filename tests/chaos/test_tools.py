"""What the blows are struck with: a disk that fills, a clock that jumps, eyes for processes."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.chaos.clock import VARIABLE, Clock, under_clock
from tests.chaos.disk import disk
from tests.chaos.victims import victims
from tests.landing.wait import until

TELL = "import time\nwhile input(): print(int(time.time()), flush=True)"


def test_a_full_disk_takes_no_byte_until_it_is_cleared(tmp_path: Path):
    with disk(tmp_path / "small") as small:
        if small is None:
            pytest.skip("a tmpfs may not be mounted here")
        file = tmp_path / "small" / "file"
        small.fill()
        with pytest.raises(OSError, match="No space left"), file.open("wb", buffering=0) as there:
            there.write(b"x" * 8192)
        small.clear()
        file.write_bytes(b"x" * 8192)


def test_a_clock_jumps_for_those_that_were_started_under_it_while_they_run(tmp_path: Path):
    clocked = under_clock(tmp_path)
    if not clocked:
        pytest.skip("there is no C compiler")
    watch = Clock(Path(clocked[VARIABLE]))
    argv, pipe = [sys.executable, "-c", TELL], subprocess.PIPE
    env = {**os.environ, **clocked}
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, env=env) as process:
        assert process.stdout
        told: list[int] = []
        for jump in (0, 90_000, -600):
            watch.jump(jump)
            print("now", file=process.stdin, flush=True)
            told.append(int(process.stdout.readline()) - int(time.time()))
        process.kill()
    assert [round(one, -1) for one in told] == [0, 90_000, 89_400]


def test_a_run_its_agent_and_its_git_are_told_apart(tmp_path: Path):
    """The same processes as in a town, as far as marks and lines go."""
    child = "import subprocess, sys, time; subprocess.run(sys.argv[2:], check=False)"
    nap = "import time; time.sleep(60)"
    folder = tmp_path / ".town"
    env = {**os.environ, "GASTOWN_STATE": str(folder)}
    agent = [sys.executable, "-c", nap]
    git = ["git", "-c", "alias.nap=!sleep 60", "nap"]
    lines = [[sys.executable, "-c", child, "prefect.engine", *words] for words in (agent, git)]
    runs = [subprocess.Popen(line, env=env, start_new_session=True) for line in lines]
    try:
        until(lambda: victims(tmp_path, "agent") and victims(tmp_path, "git"), 20)
        assert {one.pid for one in victims(tmp_path, "run")} == {one.pid for one in runs}
        assert not victims(tmp_path, "server")
        assert len(victims(tmp_path, "all")) >= 4
    finally:
        for one in [*victims(tmp_path, "all"), *runs]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        for one in runs:
            one.wait()
