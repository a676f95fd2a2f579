"""`town bead import` and `export`: between the ledger and the JSONL files that git carries."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gastown.beads.sync import Exported, Imported, export_file, import_file
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show
from gastown.errors import LedgerError, NotFoundError
from gastown.town.town import Town

HQ = "hq"


def import_(
    file: Path | None = None,
    /,
    *,
    rig: Annotated[str, Parameter(alias="-r")] = "",
    options: Options = PLAIN,
) -> None:
    """Bring beads from a JSONL file into the ledger, all or none; newer ones of ours stay.

    Args:
        file: The file. [default: the town's .beads/issues.jsonl]
        rig: This rig's own file instead, of its clone's .beads.
    """
    town = options.open()
    if file is not None and rig:
        raise LedgerError(f"give a file or --rig, not both: {file}, {rig}")
    path = file or _file(town, rig)
    if not path.is_file():
        raise NotFoundError(f"{path}: no such file; nothing was imported")
    done = import_file(town.ledger, path)
    show(options, {"file": str(path), **asdict(done)}, f"{path}: {_imported(done)}")


def export(
    *,
    rig: Annotated[str, Parameter(alias="-r")] = "",
    all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False,
    options: Options = PLAIN,
) -> None:
    """Write the ledger's beads into the JSONL file that git carries; committing it is yours.

    Args:
        rig: This rig's, into its clone's .beads. [default: the town's own]
        all_: The town's and every rig's.
    """
    town = options.open()
    if all_ and rig:
        raise LedgerError(f"give --all or --rig, not both: {rig}")
    names = ["", *town.config.rigs] if all_ else [rig]
    done = [(path, export_file(town.ledger, prefix, path)) for prefix, path in _files(town, names)]
    data = [{"file": str(path), **asdict(one)} for path, one in done]
    show(options, data, *(f"{path}: {_exported(one)}" for path, one in done))


def _file(town: Town, rig: str) -> Path:
    return next(path for _, path in _files(town, [rig]))


def _files(town: Town, rigs: list[str]) -> Iterator[tuple[str, Path]]:
    """Prefix and file of each; the town itself has no name. Raises NotFoundError."""
    for name in rigs:
        if name in {"", HQ}:
            yield HQ, town.layout.shared
        else:
            yield town.config.rig(name).prefix, town.layout.rig(name).shared


def _imported(done: Imported) -> str:
    kept = f"; deleted there, but not here: {', '.join(done.deleted)}" if done.deleted else ""
    return f"{done.read} beads read, {done.changed} changed in the ledger{kept}"


def _exported(done: Exported) -> str:
    kept = f"; kept as deleted: {', '.join(done.deleted)}" if done.deleted else ""
    return f"{done.beads} beads, {'written' if done.changed else 'up to date'}{kept}"
