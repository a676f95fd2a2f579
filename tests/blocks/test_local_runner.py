"""The local runner with a real model: found, shared, counted, restarted, drained, no orphans."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import psutil
import pytest

from blocks.llama import Llama
from blocks.local_model import local_model
from blocks.local_runner import endpoint_of, load, serving, unload
from gastown.agents.protocols import Ask
from gastown.errors import (
    ConfigError,
    ModelFileError,
    OvercommitError,
    PromptTooLongError,
    RunnerError,
)
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import all_served, read_served
from gastown.town.config import load_config
from tests.blocks.smol import cpus_of, gone, needs_smol, strangers, town_of, until
from tests.gastown.machine.reported import SMOL

pytestmark = needs_smol

SHAPE = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "green"]}, "count": {"type": "integer"}},
    "required": ["colour", "count"],
    "additionalProperties": False,
}
LOAD = """
import sys, time
from pathlib import Path
from blocks.local_runner import load
from gastown.town.town import Town
town = Town.open(Path(sys.argv[1]))
print(load(town.layout, town.config, "smol")[0].pid, flush=True)
time.sleep(float(sys.argv[2]))
"""


def say(text: str, **fields: Any) -> Ask:
    return Ask(messages=({"role": "user", "content": text},), **fields)


def test_a_real_model_answers_in_the_shape_that_it_is_asked_for(tmp_path):
    with town_of(tmp_path / "oak") as town, local_model(town.layout, town.config, "smol") as model:
        pieces: list[str] = []
        ask = say("The leaf is green. There are two.", schema=SHAPE, max_tokens=60)
        answer = model.complete(ask, pieces.append)

        found = json.loads(answer.text)
        assert found["colour"] in {"red", "green"}
        assert isinstance(found["count"], int)
        assert answer.usage.output_tokens > 0
        assert answer.usage.micro_usd == 0
        assert "".join(pieces) == answer.text
        assert len(pieces) > 2


def test_a_prompt_is_counted_before_it_is_sent_and_refused_with_the_figures(tmp_path):
    with town_of(tmp_path / "oak") as town, local_model(town.layout, town.config, "smol") as model:
        before = Llama(model._llama.url, model._llama._key).slots().mark
        with pytest.raises(PromptTooLongError, match=r"room for 768 of the 1,024") as refused:
            model.complete(say("word " * 1500))

        assert refused.value.tokens == pytest.approx(1531, abs=40)
        assert model._llama.slots().mark == before  # no slot took it up

        told = model.complete(say("Say yes.", max_tokens=8))
        counted = model._llama.count([{"role": "user", "content": "Say yes."}])
        assert counted == told.usage.input_tokens


def test_threads_stay_on_the_cores_that_the_server_owns(tmp_path):
    cpu = max(os.sched_getaffinity(0))
    with town_of(tmp_path / "oak") as town:
        text = town.layout.config.read_text().replace("cores = 1", f"cores = [{cpu}]")
        town.layout.config.write_text(text)
        served, _ = load(town.layout, load_config(town.layout.config), "smol")

        assert served.cpus == (cpu,)
        assert cpus_of(served.pid) == {cpu}
        argv = psutil.Process(served.pid).cmdline()
        assert argv[argv.index("--threads") + 1] == "1"


def test_two_processes_that_load_one_model_at_once_get_one_server(tmp_path):
    with town_of(tmp_path / "oak") as town:
        argv = [sys.executable, "-c", LOAD, str(town.root), "0"]
        both = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        pids = {one.communicate(timeout=120)[0].strip() for one in both}

        assert len(pids) == 1
        served, started = load(town.layout, town.config, "smol")
        assert (str(served.pid), started) == (pids.pop(), False)


def test_no_server_outlives_its_keeper_whatever_that_died_of(tmp_path):
    with town_of(tmp_path / "oak") as town:
        served, _ = load(town.layout, town.config, "smol")
        os.kill(served.keeper, signal.SIGKILL)

        until(lambda: gone(served.pid), 10)
        assert all_served(RunnerFolder(town.layout)) == []

        again, started = load(town.layout, town.config, "smol")  # and nothing is in the way
        assert started
        assert again.pid != served.pid


def test_a_server_outlives_who_started_it_and_is_found_by_the_next(tmp_path):
    with town_of(tmp_path / "oak") as town:
        argv = [sys.executable, "-c", LOAD, str(town.root), "60"]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as starter:
            assert starter.stdout
            pid = int(starter.stdout.readline())
            starter.kill()

        served, started = load(town.layout, town.config, "smol")
        assert (served.pid, started) == (pid, False)
        assert served.keeper in {one.pid for one in strangers(town.layout)}  # town down ends it


def test_a_server_that_dies_is_up_again_at_the_same_address_within_a_session(tmp_path):
    with town_of(tmp_path / "oak") as town, local_model(town.layout, town.config, "smol") as model:
        folder = RunnerFolder(town.layout)
        served = read_served(folder, "smol")
        assert served
        os.kill(served.pid, signal.SIGKILL)
        until(lambda: gone(served.pid))

        answer = model.complete(say("Say yes.", max_tokens=4))

        assert answer.usage.output_tokens > 0
        again = read_served(folder, "smol")
        assert again
        assert (again.port, again.restarts) == (served.port, 1)
        assert again.pid != served.pid


def test_an_idle_server_is_unloaded_but_not_under_a_session(tmp_path):
    with town_of(tmp_path / "oak", "idle_s = 1") as town:
        with serving(town.layout, town.config, "smol") as endpoint:
            time.sleep(6)
            assert not gone(endpoint.served.pid)

        until(lambda: gone(endpoint.served.keeper), 20)
        assert gone(endpoint.served.pid)
        assert all_served(RunnerFolder(town.layout)) == []


def test_a_running_session_is_finished_before_its_server_is_stopped(tmp_path):
    with town_of(tmp_path / "oak") as town:
        served, _ = load(town.layout, town.config, "smol")
        answers: list[int] = []

        def work() -> None:
            with local_model(town.layout, town.config, "smol") as model:
                told = model.complete(say("Tell a long story.", max_tokens=120))
                answers.append(told.usage.output_tokens)

        session = threading.Thread(target=work)
        session.start()
        key = endpoint_of(RunnerFolder(town.layout), served).key
        until(lambda: Llama(served.url, key).slots().busy == 1)
        unload(town.layout, "smol")
        session.join()

        assert answers[0] > 100 or answers == [120]
        assert gone(served.pid)


def test_a_deleted_towns_server_ends_by_itself_and_makes_nothing_anew(tmp_path):
    with town_of(tmp_path / "oak") as town:
        served, _ = load(town.layout, town.config, "smol")
        town.root.rename(tmp_path / "elsewhere")

        until(lambda: gone(served.keeper), 40)
        assert gone(served.pid)
        assert not town.root.exists()
        (tmp_path / "elsewhere").rename(town.root)


def test_a_port_that_is_in_use_is_refused_by_its_key_and_nothing_is_left(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with town_of(tmp_path / "oak", f"port = {port}") as town:
            with pytest.raises(ConfigError, match=rf"models\.smol\.local\.port: port {port} is in"):
                load(town.layout, town.config, "smol")

            assert not RunnerFolder(town.layout).log("smol").exists()


def test_a_server_that_does_not_start_is_told_with_its_log_and_nothing_is_left(tmp_path):
    whole = SMOL.read_bytes()
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(whole.replace(b"token_embd.weight", b"token_embd.heavy!", 1))
    with town_of(tmp_path / "oak", file=str(broken)) as town:
        with pytest.raises(ModelFileError, match=r"token_embd\.weight"):
            load(town.layout, town.config, "smol")  # refused by the header alone

        broken.write_bytes(whole.replace(b"output_norm.weight", b"output_norm.heavy!", 1))
        with pytest.raises(RunnerError, match=r"try 2 of 2; its log ends with:[^$]*output_norm"):
            load(town.layout, town.config, "smol")

        assert strangers(town.layout) == []
        assert [one.state for one in all_served(RunnerFolder(town.layout))] == ["failed"]


def test_a_file_that_is_cut_short_is_refused_before_anything_is_started(tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(SMOL.read_bytes()[:1_000_000])
    with town_of(tmp_path / "oak", file=str(cut)) as town:
        with pytest.raises(ModelFileError, match=r"cut\.gguf: byte .* cut short"):
            load(town.layout, town.config, "smol")

        assert not RunnerFolder(town.layout).log("smol").exists()


def test_more_than_the_machine_lends_is_refused_with_the_sum(tmp_path):
    with town_of(tmp_path / "oak", "slots = 200\n[machine]\nram_mib = 2000", context=8192) as town:
        with pytest.raises(
            OvercommitError, match=r"models\.smol\.local[^$]* of 1,500 MiB"
        ) as refused:
            load(town.layout, town.config, "smol")

        assert "RAM: smol" in str(refused.value)
        assert not RunnerFolder(town.layout).log("smol").exists()


def test_a_key_is_asked_for_and_no_other_user_may_read_it(tmp_path):
    with town_of(tmp_path / "oak") as town:
        served, _ = load(town.layout, town.config, "smol")
        with pytest.raises(RunnerError, match="401"):
            Llama(served.url).slots()

        folder = RunnerFolder(town.layout)
        assert folder.key("smol", served.keeper).stat().st_mode & 0o077 == 0
        assert folder.root.stat().st_mode & 0o077 == 0
        key = endpoint_of(folder, served).key
        assert not any(key in part for part in psutil.Process(served.pid).cmdline())


def test_a_row_without_a_file_cannot_be_loaded(tmp_path):
    with town_of(tmp_path / "oak") as town:
        with town.layout.config.open("a") as file:
            file.write('[models.far]\nendpoint = "http://127.0.0.1:9/v1"\n')
        with pytest.raises(ConfigError, match=r"\[models\.far\.local\]"):
            load(town.layout, load_config(town.layout.config), "far")
