"""ModelServer: the llama.cpp process that serves one model's plan, and what is asked of it.

For its keeper alone, which is its parent: the process ends when the keeper does.
"""

import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO, TypedDict, Unpack

from blocks.llama import Llama, Slots
from gastown.errors import ConfigError, RunnerError
from gastown.runner.folder import RunnerFolder
from gastown.runner.plan import Plan
from gastown.runner.record import Served, State
from gastown.runner.start import HOST, choose_port, new_key, start

_STOP_S = 8.0  # from SIGTERM to SIGKILL
_QUICK_STOP_S = 0.5
_WARM_S = 60.0
_TAIL = 8  # lines of its log that say why it died
_NONE = Slots(0, 0, ())


class Known(TypedDict):
    """What a record has of a server's keeper."""

    state: State
    reason: str
    keeper: int
    keeper_started: float
    settings: str
    since: float
    restarts: int
    used_at: float


@dataclass(slots=True)
class ModelServer:
    """One plan's process, started again and again at one address and with one key."""

    folder: RunnerFolder
    plan: Plan
    log: BinaryIO
    port: int = 0
    key: str = field(default="", repr=False)
    slots: Slots = _NONE
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """Its process; 0 while it has none."""
        return self.process.pid if self.process else 0

    @property
    def well(self) -> bool:
        """Whether it is up and its model is loaded."""
        return self._llama().well()

    def start(self) -> None:
        """Start the process, on its own cores. Raises ConfigError for a port that is in use."""
        name, table = self.plan.name, self.plan.table
        self.port = self._choose(table.port)
        key_file = self.folder.key(name, os.getpid())
        self.key = self.key or new_key(key_file)
        argv = self.plan.argv(self.port, key_file)
        self.process = start(argv, self._environ(), self.plan.owned.cpus, self.log)

    def prove(self) -> None:
        """Let a server that came up show that it is what the plan says, and warm it up.

        Raises RunnerError when it is not.
        """
        room = self._llama().context(self.plan.name)
        if room < self.plan.load.ctx:
            raise RunnerError(f"a slot has {room} tokens, {self.plan.load.ctx} are wanted")
        if self.plan.table.warm_up:
            self._llama(_WARM_S).warm_up()
        self.slots = self._llama().slots()

    def worked(self) -> bool:
        """Whether a slot works, or took up work since it was last asked. Raises RunnerError."""
        before, self.slots = self.slots, self._llama().slots()
        return bool(self.slots.busy) or self.slots.mark != before.mark

    def end(self, *, quick: bool = False) -> None:
        """Stop the process, within seconds."""
        process, self.process, self.slots = self.process, None, _NONE
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_QUICK_STOP_S if quick else _STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def record(self, **known: Unpack[Known]) -> Served:
        """What is put on record of it, with what its keeper knows."""
        plan = self.plan
        return Served(
            name=plan.name,
            runner=plan.build.kind,
            file=str(plan.file),
            context=plan.load.ctx,
            slots=plan.load.slots,
            kv=f"{plan.load.keys}/{plan.load.values}",
            cpus=plan.owned.cpus,
            vram_mib=plan.residency.vram_mib,
            ram_mib=plan.residency.ram_mib,
            p_cores=plan.residency.p_cores,
            e_cores=plan.residency.e_cores,
            drain_s=plan.table.drain_s,
            pid=self.pid,
            port=self.port if self.pid else 0,
            busy=self.slots.busy,
            **known,
        )

    def tail(self) -> str:
        """The last lines of its log."""
        said = self.folder.log(self.plan.name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(said.splitlines()[-_TAIL:])

    def _choose(self, wanted: int) -> int:
        """The same again after a crash, if it is free: sessions ask there until it is up."""
        key = f"town.toml: models.{self.plan.name}.local.port"
        with suppress(ConfigError):
            return choose_port(key, wanted or self.port)
        return choose_port(key, wanted)

    def _llama(self, patience_s: float = 5.0) -> Llama:
        return Llama(f"http://{HOST}:{self.port}", self.key, patience_s=patience_s)

    def _environ(self) -> Mapping[str, str]:
        added = self.plan.build.environ
        paths = [added.get("PYTHONPATH", ""), os.environ.get("PYTHONPATH", "")]
        modules = {"PYTHONPATH": ":".join(filter(None, paths))}
        return {**os.environ, **added, **modules, "OMP_WAIT_POLICY": "passive"}
