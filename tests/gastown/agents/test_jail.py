"""What every jail holds: one suite over all that this machine can start."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gastown.agents.jail import Jail, find_jail
from gastown.errors import JailError


def jail_or_skip(setting) -> Jail:
    try:
        return find_jail(setting)
    except JailError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["bwrap", "landlock"], scope="module")
def jail(request: pytest.FixtureRequest) -> Jail:
    return jail_or_skip(request.param)


@pytest.fixture(params=["bwrap", "landlock", "off"], scope="module")
def any_jail(request: pytest.FixtureRequest) -> Jail:
    return jail_or_skip(request.param)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text("the secret")
    return folder


def python(jail, code, inside, *arguments: object, **options: object):
    argv = [sys.executable, "-c", code, *map(str, arguments)]
    return jail.run(argv, **{"cwd": inside, "writable": [inside], "timeout_s": 30} | options)


def test_what_a_command_may_write_into_memory_is_bounded(inside):
    jail = jail_or_skip("bwrap")
    code = (
        "import os\nfor f in '/tmp', '/dev/shm': s = os.statvfs(f); print(s.f_blocks * s.f_frsize)"
    )

    ran = python(jail, code, inside)

    assert ran.output.split() == [str(1 << 30)] * 2


def alive(marker: str) -> list[str]:
    said = subprocess.run(["pgrep", "-f", marker], capture_output=True, text=True, check=False)
    return said.stdout.split()


def gone(marker: str, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while alive(marker) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(marker)


def test_a_command_works_in_its_folder(any_jail, inside):
    ran = python(any_jail, "open('made', 'w').write('x'); print('hello')", inside)

    assert (ran.rc, ran.output, ran.timed_out) == (0, "hello\n", False)
    assert (inside / "made").read_text() == "x"


def test_our_interpreter_has_its_packages_inside(any_jail, inside):
    ran = python(any_jail, "import pytest, ssl, sqlite3; print(pytest.__name__)", inside)

    assert (ran.rc, ran.output) == (0, "pytest\n")


def test_nothing_is_written_outside(jail, inside, outside):
    code = "import sys; open(sys.argv[1], 'w')"
    for target in (outside / "new", outside / "secret.txt", Path("/usr/planted")):
        assert python(jail, code, inside, target).rc == 1
        assert not (outside / "new").exists()
    assert (outside / "secret.txt").read_text() == "the secret"


def test_nothing_is_removed_renamed_or_truncated_outside(jail, inside, outside):
    secret = outside / "secret.txt"
    for verb in ("unlink(p)", "rename(p, 'mine')", "truncate(p, 0)", "link(p, 'mine')"):
        assert python(jail, f"import os, sys; p = sys.argv[1]; os.{verb}", inside, secret).rc == 1
    assert secret.read_text() == "the secret"


def test_nothing_is_read_outside(jail, inside, outside):
    code = "import sys; print(open(sys.argv[1]).read())"
    for target in (outside / "secret.txt", Path.home() / ".bashrc", Path("/etc/passwd")):
        ran = python(jail, code, inside, target)
        assert ran.rc == 1
        assert "the secret" not in ran.output


def test_a_readable_folder_can_be_read_and_not_written(jail, inside, outside):
    read = "import sys; print(open(sys.argv[1] + '/secret.txt').read())"
    write = "import sys; open(sys.argv[1] + '/secret.txt', 'w')"

    assert python(jail, read, inside, outside, readable=[outside]).output == "the secret\n"
    assert python(jail, write, inside, outside, readable=[outside]).rc == 1
    assert (outside / "secret.txt").read_text() == "the secret"


def test_a_folder_that_is_only_readable_stays_clean(jail, inside, outside):
    ran = python(jail, "open('junk', 'w')", outside, readable=[outside], writable=[inside])

    assert ran.rc == 1
    assert [p.name for p in outside.iterdir()] == ["secret.txt"]


def test_a_link_out_of_the_folder_leads_nowhere(jail, inside, outside):
    (inside / "out").symlink_to(outside)
    made = "import os, sys; os.symlink(sys.argv[1], 'own')"
    assert python(jail, made, inside, outside).rc == 0

    for link in ("out", "own"):
        assert python(jail, f"print(open('{link}/secret.txt').read())", inside).rc == 1
        assert python(jail, f"open('{link}/planted', 'w')", inside).rc == 1
    assert not (outside / "planted").exists()


def test_its_own_loopback_has_its_name(inside):
    """Servers of tests listen on `localhost`; of the machine's names none is known."""
    code = "import socket; print(socket.gethostbyname('localhost'), open('/etc/hosts').read())"

    ran = python(jail_or_skip("bwrap"), code, inside)

    assert ran.output.split() == ["127.0.0.1", "127.0.0.1", "localhost"]


def test_a_server_on_loopback_is_out_of_reach(jail, inside):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 3)"
        ran = python(jail, code, inside)
        assert ran.rc == 1
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_datagram_leaves(jail, inside):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        to = server.getsockname()
        code = f"import socket; socket.socket(2, socket.SOCK_DGRAM).sendto(b'x', {to!r})"
        python(jail, code, inside)
        with pytest.raises(TimeoutError):
            server.recv(1)


def test_a_daemons_unix_socket_is_out_of_reach(jail, inside):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/daemon.sock")
        server.listen()
        code = f"import socket; socket.socket(1).connect('{folder}/daemon.sock')"
        assert python(jail, code, inside).rc == 1


def test_no_key_of_ours_is_in_the_environment(any_jail, inside, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never")

    ran = python(any_jail, "import os; print(*sorted(os.environ))", inside, env={"GIVEN": "1"})

    assert set(ran.output.split()) - {"PWD", "LC_CTYPE"} == {
        *("GIVEN", "HOME", "LANG", "PATH", "TMPDIR")
    }


def test_our_own_environment_is_out_of_reach(jail, inside):
    code = "import sys; print(open(f'/proc/{sys.argv[1]}/environ').read())"
    assert python(jail, code, inside, os.getpid()).rc == 1


def test_our_processes_cannot_be_signalled(jail, inside):
    with subprocess.Popen(["sleep", "30"]) as process:
        code = "import os, sys; os.kill(int(sys.argv[1]), 15)"
        assert python(jail, code, inside, process.pid).rc == 1
        assert process.poll() is None
        process.kill()


def test_home_is_private_and_vanishes(any_jail, inside):
    code = "import os; p = os.path.expanduser('~/x'); open(p, 'w'); print(os.environ['HOME'])"
    ran = python(any_jail, code, inside)

    assert ran.rc == 0
    assert not Path(ran.output.strip(), "x").exists()


def test_the_git_file_of_a_worktree_is_as_before(jail, inside):
    (inside / ".git").write_text("gitdir: /true\n")

    for code in (
        "open('.git', 'w').write('gitdir: /planted')",
        "import os; os.unlink('.git'); os.mkdir('.git')",
        "import os; os.unlink('.git'); os.symlink('/tmp', '.git')",
    ):
        python(jail, code, inside)
        assert (inside / ".git").read_text() == "gitdir: /true\n"
        assert not (inside / ".git").is_symlink()


def test_the_git_folder_of_a_clone_is_read_only(jail, inside):
    (inside / ".git" / "hooks").mkdir(parents=True)
    (inside / "src").mkdir()

    assert python(jail, "open('.git/hooks/post-commit', 'w')", inside).rc == 1
    assert python(jail, "import os; os.rename('.git', 'src/git')", inside).rc == 1
    assert python(jail, "open('src/new.py', 'w')", inside).rc == 0


def test_a_link_in_place_of_git_is_refused(jail, inside, outside):
    (inside / ".git").symlink_to(outside)
    with pytest.raises(JailError, match=r"\.git is a link"):
        jail.run(["true"], cwd=inside, writable=[inside], timeout_s=5)


def test_a_timeout_ends_grandchildren_too(any_jail, inside):
    marker = f"41{os.getpid()}.{time.time_ns()}"
    code = (
        "import subprocess, sys\n"
        "for new_session in (False, True):\n"
        "    subprocess.Popen(['sleep', sys.argv[1]], start_new_session=new_session)\n"
        "print('started', flush=True)\n"
        "import time; time.sleep(60)"
    )
    ran = python(any_jail, code, inside, marker, timeout_s=1)

    assert (ran.rc, ran.timed_out, ran.output) == (124, True, "started\n")
    assert ran.seconds < 5
    assert gone(marker)


def test_a_child_left_behind_ends_with_the_command(any_jail, inside):
    marker = f"42{os.getpid()}.{time.time_ns()}"
    code = (
        "import subprocess, sys\nsubprocess.Popen(['sleep', sys.argv[1]], start_new_session=True)"
    )
    assert python(any_jail, code, inside, marker).rc == 0
    assert gone(marker)


def test_nothing_outlives_the_process_that_started_it(any_jail, inside):
    marker = f"43{os.getpid()}.{time.time_ns()}"
    setting = any_jail.name.split()[0].lower()
    code = (
        "import sys; from pathlib import Path; from gastown.agents.jail import find_jail\n"
        "folder = Path(sys.argv[3])\n"
        "find_jail(sys.argv[1]).run(['sh', '-c', f'sleep {sys.argv[2]}; true'], cwd=folder,"
        " writable=[folder], timeout_s=60)"
    )
    argv = [sys.executable, "-c", code, setting, marker, str(inside)]
    with subprocess.Popen(argv, env={**os.environ, "TMPDIR": str(inside)}) as process:
        until = time.monotonic() + 10
        while not alive(f"^sleep {marker}") and time.monotonic() < until:
            time.sleep(0.02)
        assert alive(f"^sleep {marker}")
        process.kill()
    assert gone(f"sleep {marker}")


def test_commands_of_many_threads_do_not_disturb_each_other(any_jail, inside):
    seen: list[str] = []

    def work(number: int) -> None:
        seen.append(python(any_jail, f"print({number})", inside).output.strip())

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [str(n) for n in range(8)]


def test_a_signal_and_an_exit_code_are_told_as_a_shell_tells_them(any_jail, inside):
    run = {"cwd": inside, "writable": [inside], "timeout_s": 10}

    assert any_jail.run(["sh", "-c", "kill -9 $$"], **run).rc == 137
    assert any_jail.run(["sh", "-c", "exit 7"], **run).rc == 7


def test_input_is_empty(any_jail, inside):
    assert python(any_jail, "print(repr(input()))", inside).output.endswith(
        "EOFError: EOF when reading a line\n"
    )


def test_long_output_keeps_both_ends_and_the_log_keeps_all(any_jail, inside, tmp_path):
    log = tmp_path / "logs" / "run.txt"
    ran = python(any_jail, "print('first'); print('x' * 100_000); print('last')", inside, log=log)

    assert ran.output.startswith("first\n")
    assert ran.output.endswith("last\n")
    assert len(ran.output) < 11_000
    assert log.stat().st_size == 100_012


def test_a_huge_file_is_refused(any_jail, inside):
    code = "import os; os.truncate(os.open('big', os.O_CREAT | os.O_RDWR), 1 << 40)"
    assert python(any_jail, code, inside).rc != 0
    assert (inside / "big").stat().st_size == 0


@pytest.mark.parametrize("argv", [["no-such-command-here"], ["./no-such-file"]])
def test_a_command_that_does_not_exist_is_an_error(any_jail, inside, argv):
    with pytest.raises(JailError, match="no such command"):
        any_jail.run(argv, cwd=inside, writable=[inside], timeout_s=5)


def test_a_folder_that_does_not_exist_is_an_error(any_jail, inside, tmp_path):
    with pytest.raises(JailError, match="no such file or folder"):
        any_jail.run(["true"], cwd=inside, writable=[tmp_path / "absent"], timeout_s=5)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may use: pytest's own is its user's alone."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="we are an ordinary user already")
def test_an_ordinary_user_is_held_as_well(jail, open_folder):
    code = (
        "import sys; from pathlib import Path; from gastown.agents.jail import find_jail\n"
        "jail, folder = find_jail(sys.argv[1]), Path(sys.argv[2])\n"
        "run = dict(cwd=folder, writable=[folder], timeout_s=10)\n"
        "print(jail.run(['sh', '-c', 'echo made > made; cat made'], **run).rc,"
        " jail.run(['cat', '/etc/passwd'], **run).rc)"
    )
    argv = [sys.executable, "-c", code, jail.name.split()[0].lower(), str(open_folder)]
    root = Path(__file__).parents[3]
    try:
        said = subprocess.run(
            argv, user=65534, group=65534, extra_groups=[], cwd=root, env={"PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except PermissionError as closed:
        pytest.skip(f"this Python is closed to other users: {closed}")
    if "Permission denied" in said.stderr and "made" not in said.stdout:
        pytest.skip(f"this checkout is closed to other users: {said.stderr[-200:]}")
    assert (said.stdout.split(), said.stderr) == (["0", "1"], "")
