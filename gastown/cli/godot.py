"""`town godot …`: what the guard against Godot 3 knows of an engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show
from gastown.errors import ConfigError
from gastown.rigs.gauge.godot_engine import find_engine
from gastown.rigs.guard.engine import names_from, text_of

app = group("godot", "Godot: what the guard knows of an engine.")


@app.command
def api(
    *,
    out: Annotated[Path, Parameter(help="The file to write, e.g. godot-4.7.json.")],
    engine: Annotated[
        str, Parameter(help="Godot with its editor. [default: $GODOT_BIN, else PATH]")
    ] = "",
    options: Options = PLAIN,
) -> None:
    """Write the names that an engine knows, as the guard reads them.

    The file goes beside those that ship (gastown/rigs/guard/godot-*.json); a rig is guarded by
    the version that its project.godot names, or the nearest older one.

    Args:
        out: The file.
        engine: The engine.
    """
    found = find_engine(engine)
    if found is None:
        raise ConfigError("no Godot: name one with --engine, or set GODOT_BIN")
    document = names_from(found)
    out.write_text(text_of(document), encoding="utf-8")
    data = {"file": str(out), "version": document["version"], **_counted(document)}
    show(options, data, pairs(data.items()))


def _counted(document: Mapping[str, Any]) -> dict[str, int]:
    functions = sum(len(line.split()) for line in document["functions"])
    members = [line for one in document["members"].values() for line in one]
    return {
        "classes": len(document["members"]),
        "functions": functions,
        "members": sum(len(line.split()) for line in members),
    }
