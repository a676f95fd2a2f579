"""`town model …`: local models; what one takes before it is loaded. Needs no town."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.errors import ConfigError
from gastown.machine.footprint import MIB, Footprint, footprint
from gastown.machine.gguf import read_header
from gastown.machine.load import CUDA_MIB, Load

app = group("model", "Models: what runs on this machine, and what it takes.")
app.command("gastown.cli.seats:resolve", name="resolve", help="Which models a role would use.")
app.command("gastown.cli.model_runner:list_", name="list", help="Models' files that are here.")
app.command("gastown.cli.model_pull:pull", name="pull", help="Fetch a model's file from a hub.")
app.command("gastown.cli.model_runner:load", name="load", help="Start a model's server.")
app.command("gastown.cli.model_runner:unload", name="unload", help="Stop a model's server.")
app.command("gastown.cli.model_runner:ps", name="ps", help="Servers that are up.")
_COLUMNS = ("part", "VRAM MiB", "RAM MiB", "worked out as", "source")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Placing:
    """How the model is to be loaded, beside its context."""

    kv: Annotated[str, Parameter(help="Type of the cache, or KEYS/VALUES, e.g. q8_0/q4_0.")] = (
        "q8_0"
    )
    slots: Annotated[int, Parameter(help="How many requests at once.")] = 1
    ngl: Annotated[
        str, Parameter(help="Layers on the GPU, counted with the output: all, or a number.")
    ] = "all"
    n_cpu_moe: Annotated[
        int, Parameter(help="Layers whose experts stay in RAM, from the first.")
    ] = 0
    ubatch: Annotated[int, Parameter(help="Tokens of a prompt worked on at once.")] = 512
    runner: Annotated[str, Parameter(help="xllamacpp or llama-server.")] = "xllamacpp"
    cuda_context: Annotated[int, Parameter(help="MiB of VRAM that a process takes for itself.")] = (
        CUDA_MIB
    )


WHOLE = Placing()


@app.command(name="footprint")
def footprint_(
    file: Path, /, *, ctx: int, placing: Placing = WHOLE, options: Options = PLAIN
) -> None:
    """Tell what a model takes of VRAM and RAM, from its file's header alone.

    Args:
        file: The model's .gguf file.
        ctx: Tokens of one slot; llama-server's -c is all slots together.
    """
    found = footprint(read_header(file), _load(ctx, placing))
    show(options, _json(found), table(found.model, _COLUMNS, _rows(found)), *_said(found))


def _load(ctx: int, placing: Placing) -> Load:
    keys, _, values = placing.kv.partition("/")
    return Load(
        ctx,
        placing.slots,
        keys,
        values or keys,
        gpu_layers=None if placing.ngl == "all" else _number(placing.ngl),
        cpu_moe=placing.n_cpu_moe,
        ubatch=placing.ubatch,
        cuda_mib=placing.cuda_context,
        runner=placing.runner,
    )


def _number(ngl: str) -> int:
    if not ngl.isdecimal():
        raise ConfigError(f"--ngl is {ngl!r}; say all, or a number of layers")
    return int(ngl)


def _rows(found: Footprint) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (part.name, _mib(part.gpu), _mib(part.host), part.sum, part.source) for part in found.parts
    ]
    return [*rows, ("all", _mib(found.gpu), _mib(found.host))]


def _said(found: Footprint) -> list[str]:
    return [f"note: {note}" for note in found.notes]


def _json(found: Footprint) -> dict[str, Any]:
    parts = [
        {
            "name": part.name,
            "vram_mib": part.gpu / MIB,
            "ram_mib": part.host / MIB,
            "sum": part.sum,
            "source": part.source,
        }
        for part in found.parts
    ]
    return {
        "model": found.model,
        "vram_mib": found.gpu / MIB,
        "ram_mib": found.host / MIB,
        "parts": parts,
        "notes": found.notes,
    }


def _mib(size: int) -> str:
    return f"{size / MIB:,.2f}" if size else "-"
