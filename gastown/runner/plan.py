"""Plan: what one model's server is to be: its file, its memory, its cores, and its flags.

Made from town.toml, the file's header and the machine, before anything is started; whatever is
wrong is told here, by file and key.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import ConfigError
from gastown.machine.capacity import Capacity
from gastown.machine.cores import Cores
from gastown.machine.footprint import MIB, MIXED_KV, Footprint, footprint
from gastown.machine.gguf import read_header
from gastown.machine.load import KV_TYPES, Load
from gastown.runner.build import SERVER, Build
from gastown.runner.cores import Owned, own
from gastown.town.tables.local import FileTable
from gastown.town.tables.models import ModelTable
from gastown.town.tables.table import NAME


@dataclass(frozen=True, slots=True)
class Place:
    """The machine as a plan sees it: what it lends, its cores, and which CPUs others own."""

    lent: Capacity
    cores: Cores
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """One server to be."""

    name: str
    file: Path
    build: Build
    load: Load
    footprint: Footprint
    owned: Owned
    table: FileTable

    @property
    def residency(self) -> Capacity:
        """What it holds as long as it is loaded, idle or not.

        That is memory; and of a server of several slots its cores, on which one session or all of
        them at once are at work: claimed by each they would count again and again.
        """
        memory = Capacity(
            vram_mib=-(-self.footprint.gpu // MIB), ram_mib=-(-self.footprint.host // MIB)
        )
        return memory + self.owned.claims if self.load.slots > 1 else memory

    @property
    def activity(self) -> Capacity:
        """What a session at work on it claims beside its slot: the cores where they are its own."""
        return Capacity() if self.load.slots > 1 else self.owned.claims

    def argv(self, port: int, key_file: Path) -> list[str]:
        """The command line of the server; llama-server's flags, whichever build it is."""
        load = self.load
        flags: dict[str, object] = {
            "--model": self.file,
            "--alias": self.name,
            "--host": "127.0.0.1",
            "--port": port,
            "--ctx-size": load.ctx * load.slots,
            "--parallel": load.slots,
            "--n-gpu-layers": 999 if load.gpu_layers is None else load.gpu_layers,
            "--cache-type-k": load.keys,
            "--cache-type-v": load.values,
            "--flash-attn": "on",
            "--threads": len(self.owned.cpus),
            "--threads-batch": len(self.owned.cpus),
            "--ubatch-size": load.ubatch,
            "--cache-ram": 0,  # else it keeps up to 8 GiB of prompts that no budget knows of
            "--api-key-file": key_file,
        }
        if load.cpu_moe:
            flags["--n-cpu-moe"] = load.cpu_moe
        said = [str(part) for pair in flags.items() for part in pair]
        return [*self.build.argv, *said, "--metrics", "--no-ui"]


def make_plan(name: str, model: ModelTable, file: Path, build: Build, place: Place) -> Plan:
    """What the server of a catalogue row is to be.

    Raises:
        ConfigError: A key of its table says what cannot be.
        ModelFileError: The file is damaged.
    """
    table = model.local
    if table is None:
        raise ConfigError(f"town.toml: models.{name}: has no table local, so nothing is to be run")
    key = f"town.toml: models.{name}.local"
    if not re.fullmatch(NAME, name):
        raise ConfigError(f"{key}: its files bear the model's name; say letters, digits, _ . -")
    lent = place.lent.p_cores
    owned = own(f"{key}.cores", table.cores, place.cores, lent=lent, taken=place.taken)
    load = _load(key, model, table, build, place.lent)
    owned = owned.limited(1) if load.gpu_layers is None and not table.cores else owned
    return Plan(name, file, build, load, footprint(read_header(file), load), owned, table)


def _load(key: str, model: ModelTable, table: FileTable, build: Build, lent: Capacity) -> Load:
    keys, values = _kinds(key, table.kv)
    layers = _layers(table, build, lent)
    if keys != values and layers != 0 and not build.all_kv_kernels:
        raise ConfigError(
            f"{key}.kv: {table.kv}: {MIXED_KV} Then say [local] all_kv_kernels = true"
        )
    if table.n_cpu_moe and build.kind != SERVER:
        raise ConfigError(f"{key}.n_cpu_moe: the embedded build cannot do that; use llama-server")
    return Load(
        model.context,
        table.slots,
        keys,
        values,
        gpu_layers=layers,
        cpu_moe=table.n_cpu_moe,
        runner=build.kind,
    )


def _kinds(key: str, kv: str) -> tuple[str, str]:
    keys, _, values = kv.partition("/")
    for kind in (keys, values or keys):
        if kind not in KV_TYPES:
            raise ConfigError(f"{key}.kv: no cache type {kind!r}; types: {', '.join(KV_TYPES)}")
    return keys, values or keys


def _layers(table: FileTable, build: Build, lent: Capacity) -> int | None:
    """What is asked for; where everything is, and there is no card to be had, nothing."""
    if table.ngl != "all":
        return table.ngl if build.gpu else 0
    return None if build.gpu and lent.vram_mib else 0
