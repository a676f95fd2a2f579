"""`town model list|load|unload|ps`: the models of this machine, and the servers that are up."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table, tell
from gastown.errors import ConfigError, GasTownError, ModelFileError
from gastown.machine.footprint import MIB
from gastown.machine.gguf import read_header
from gastown.machine.shape import shape_of
from gastown.runner.files import folders, list_files
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import Served, all_served
from gastown.runner.settings import change_of, settings_of
from gastown.town.town import Town

_LISTED = ("file", "MiB", "architecture", "trained for", "rows", "what is wrong")
_SERVED = (
    "model",
    "status",
    "pid",
    "port",
    "context",
    "slots",
    "busy",
    "idle s",
    "VRAM MiB",
    "RAM MiB",
    "CPUs",
    "why",
)


def list_(*, options: Options = PLAIN) -> None:
    """The models' files that are here, and which rows of town.toml serve them."""
    town = options.open()
    rows = [_file(town, path) for path in list_files(folders(town.layout, town.config.local))]
    lines = [
        (
            r["file"],
            f"{r['mib']:,.0f}",
            r["architecture"],
            r["trained"],
            ", ".join(r["rows"]),
            r["wrong"],
        )
        for r in rows
    ]
    show(options, {"files": rows}, table("models", _LISTED, lines))


def load(model: str, /, *, options: Options = PLAIN) -> None:
    """Start the server of a model, or find the one that is up.

    Args:
        model: A row of town.toml with a table [models.NAME.local], or with an endpoint, which is
            only looked at: what serves it is yours.
    """
    from blocks.local_runner import check_endpoint
    from blocks.local_runner import load as load_

    town = options.open()
    row = town.config.model(model)
    if row.local is None:
        known = check_endpoint(model, row)
        data = {"model": model, "endpoint": row.endpoint, "serves": known}
        show(options, data, f"{model}: {row.endpoint} serves {', '.join(known)}; nothing started")
        return
    served, started = load_(town.layout, town.config, model, tell)
    how = "loaded" if started else "was up already"
    data = _row(town, served, time.time()) | {"started": started, "url": served.url}
    show(options, data, f"{model}: {how} at {served.url}, pid {served.pid}")


def unload(
    model: str = "",
    /,
    *,
    all_: Annotated[bool, Parameter(name="--all", help="Every model that is up.")] = False,
    now: Annotated[bool, Parameter(help="Do not wait for sessions that are at work.")] = False,
    options: Options = PLAIN,
) -> None:
    """Stop a model's server, once its sessions are done.

    Args:
        model: Which.
    """
    from blocks.local_runner import unload as unload_

    town = options.open()
    up = [one.name for one in all_served(RunnerFolder(town.layout))]
    if bool(model) == all_:
        raise ConfigError("name one model, or say --all")
    if model and model not in up:
        town.config.model(model)  # a name that nobody knows is refused
    found = [unload_(town.layout, name, now=now, tell=tell) for name in ([model] if model else up)]
    ended = [one.name for one in found if one]
    show(options, {"unloaded": ended}, f"unloaded: {', '.join(ended) or 'nothing was up'}")


def ps(*, options: Options = PLAIN) -> None:
    """The servers that are up, what each holds of the machine, and since when it is idle.

    Below them the rows whose server is yours, on this PC or near it: whether it answers.
    """
    from blocks.local_runner import endpoints

    town = options.open()
    now = time.time()
    rows = [_row(town, one, now) for one in all_served(RunnerFolder(town.layout))]
    near = [asdict(one) for one in endpoints(town.config)]
    lines = [
        (
            row["model"],
            row["state"],
            row["pid"] or "-",
            row["port"] or "-",
            row["context"],
            row["slots"],
            row["busy"],
            f"{row['idle_s']:.0f}",
            row["claims"]["vram_mib"],
            row["claims"]["ram_mib"],
            ",".join(map(str, row["cpus"])),
            row["reason"],
        )
        for row in rows
    ]
    beside = [(one["model"], one["state"], one["endpoint"], one["reason"]) for one in near]
    show(
        options,
        {"servers": rows, "endpoints": near},
        table("servers", _SERVED, lines),
        table("endpoints", ("model", "status", "endpoint", "why"), beside),
    )


def _row(town: Town, served: Served, now: float) -> dict[str, Any]:
    held = {"vram_mib", "ram_mib", "p_cores", "e_cores"}
    kept = served.model_dump(exclude={"name", "keeper_started", "drain_s", "settings", *held})
    claims = {"vram_mib": served.vram_mib, "ram_mib": served.ram_mib, "cores": len(served.cpus)}
    idle = round(served.idle_s(now), 1)
    changed = change_of(served.settings, settings_of(town.config, served.name))
    if changed and served.state != "failed":
        told = "" if changed in served.reason else f"{changed}; it is reloaded when it is idle"
        kept["reason"] = "; ".join(filter(None, [told, served.reason]))
    return {"model": served.name, **kept, "changed": changed, "idle_s": idle, "claims": claims}


def _file(town: Town, path: Path) -> dict[str, Any]:
    try:
        header = read_header(path)
        shape = shape_of(header)
    except ModelFileError as error:
        arch, trained, wrong = "", None, str(error)
    else:
        arch, trained, wrong = shape.arch, shape.trained, ""
    return {
        "file": path.name,
        "path": str(path),
        "mib": round(path.stat().st_size / MIB, 1),
        "architecture": arch,
        "trained": trained,
        "rows": _rows_of(town, path),
        "wrong": wrong,
    }


def _rows_of(town: Town, path: Path) -> list[str]:
    """Rows that serve this very file."""
    from gastown.runner.files import find_file

    found: list[str] = []
    among = folders(town.layout, town.config.local)
    for name, row in town.config.models.items():
        try:
            if row.local and find_file(row.local.file, among, name) == path.resolve():
                found.append(name)
        except GasTownError:
            continue  # its file is not here: `load` says so
    return found
