"""The server as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openai import AuthenticationError, InternalServerError, OpenAI

from gastown.rehearsal.__main__ import main
from tests.gastown.rehearsal.conftest import ASK

ANSWER = "# answer\n```\nhello\n```\n"


@contextmanager
def process(*arguments: str) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "gastown.rehearsal", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


@contextmanager
def kept_handlers() -> Generator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_it_says_where_it_listens_answers_by_mapped_names_and_ends_on_sigterm(tmp_path: Path):
    (tmp_path / "answers" / "polecat").mkdir(parents=True)
    (tmp_path / "answers" / "polecat" / "combo.md").write_text(ANSWER, encoding="utf-8")
    names = tmp_path / "names.json"
    arguments = ["--answers", str(tmp_path / "answers"), "--names", str(names), "--pace", "0"]

    with process(*arguments) as child:
        assert child.stdout is not None
        listening, url = child.stdout.readline().split()
        names.write_text('{"sk-a1b": "combo"}', encoding="utf-8")
        headers = {"X-Town-Role": "polecat", "X-Town-Bead": "sk-a1b"}
        with OpenAI(base_url=url, api_key="none", default_headers=headers) as client:
            answer = client.chat.completions.create(model="any", messages=ASK)
            os.kill(child.pid, signal.SIGTERM)  # with the client's connection still open
            code = child.wait(timeout=10)

    assert (listening, answer.choices[0].message.content, code) == ("listening", "hello", 0)


def test_it_wants_its_key_and_says_which_fault_strikes_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "polecat").mkdir()
    (tmp_path / "polecat" / "combo.md").write_text(ANSWER, encoding="utf-8")
    monkeypatch.setenv("REHEARSAL_KEY", "sk-wanted")
    arguments = ["--key-env", "REHEARSAL_KEY", "--faults", "500@polecat", "--pace", "0"]

    with process("--answers", str(tmp_path), *arguments) as child:
        assert child.stdout is not None
        url = child.stdout.readline().split()[1]
        headers = {"X-Town-Role": "polecat", "X-Town-Bead": "combo"}
        for key, refusal in (("sk-other", AuthenticationError), ("sk-wanted", InternalServerError)):
            with (
                OpenAI(base_url=url, api_key=key, default_headers=headers, max_retries=0) as client,
                pytest.raises(refusal),
            ):
                client.chat.completions.create(model="any", messages=ASK)
        told = child.stdout.readline()
        child.terminate()

    assert told == "fault 500: role 'polecat', key 'combo', round 1, turn 0\n"


def test_a_variable_without_a_key_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with kept_handlers():
        assert main(["--answers", str(tmp_path), "--key-env", "NO_SUCH_KEY"]) == 2

    assert "--key-env NO_SUCH_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("faults", ["", "nonsense"])
def test_what_cannot_be_served_is_said_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], faults: str
):
    if faults:
        (tmp_path / "polecat").mkdir()
        (tmp_path / "polecat" / "combo.md").write_text(ANSWER, encoding="utf-8")
    with kept_handlers():
        code = main(["--answers", str(tmp_path), "--faults", faults])

    assert code == 2
    assert (faults or str(tmp_path)) in capsys.readouterr().err
