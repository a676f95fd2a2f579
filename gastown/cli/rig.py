"""`town rig …`: the repositories of the team."""

from typing import Annotated

from cyclopts import Parameter

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table, tell
from gastown.founding.rig import add_rig, list_rigs, remove_rig

app = group("rig", "Rigs: the repositories of the team.")


@app.command
def add(
    name: str,
    origin: str,
    /,
    *,
    prefix: str = "",
    branch: str = "",
    gauge: str = "",
    options: Options = PLAIN,
) -> None:
    """Clone a repository into the town and register it.

    Args:
        name: What the town calls it.
        origin: URL or path to clone from; agents' work is pushed there.
        prefix: How its beads' ids begin. [default: from the name]
        branch: The branch that work is merged into. [default: the origin's]
        gauge: How its tests run, a kind of docs/gauge.md. [default: told by its files]
    """
    tell(f"cloning {origin}")
    known = {key: value for key, value in (("prefix", prefix), ("branch", branch)) if value}
    rig = add_rig(options.open(), name, origin, known, gauge=gauge)
    said = f"{name}: beads {rig.prefix}-…, branch {rig.branch}, tests by {rig.gauge.kind}"
    show(options, {"name": name, **rig.model_dump(mode="json")}, said)


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the rigs."""
    rigs = list_rigs(options.open())
    rows = [(r.name, r.table.prefix, r.table.origin, r.table.branch, r.open_beads) for r in rigs]
    data = [
        {"name": r.name, "open_beads": r.open_beads, **r.table.model_dump(mode="json")}
        for r in rigs
    ]
    show(options, data, table("rigs", ("name", "prefix", "origin", "branch", "open beads"), rows))


@app.command
def remove(
    name: str, /, *, force: Annotated[bool, Parameter()] = False, options: Options = PLAIN
) -> None:
    """Take a rig out of the town; its origin stays as it is.

    Args:
        name: The rig.
        force: Even if beads are open or work is not merged; that work is lost.
    """
    remove_rig(options.open(), name, force=force)
    show(options, {"removed": name}, f"{name} is gone; its origin was not touched")
