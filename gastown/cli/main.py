"""The `town` command: arguments in, one call of the domain or of a flow, the answer out.

Exit codes: 0 done; 1 done, and the answer is bad (lint found errors, a convoy did not land);
2 refused, with `error: …` on stderr and nothing changed; 130 stopped with Ctrl-C.
With --json a refusal is `{"error": {"kind": …, "message": …}}` on stdout as well.

Groups are named as strings and imported when they are used: `town bead list` does not pay for
Prefect.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError, Parameter

from gastown.errors import GasTownError

BAD, REFUSED, STOPPED = 1, 2, 130

app = App(
    name="town",
    help="Run many coding agents over your repositories, as Prefect flows.",
    version=lambda: version("hybrid-gas-town"),
    default_parameter=Parameter(negative=()),
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
_GROUPS = {
    "bead": "Beads: what is to be done.",
    "convoy": "Convoys: beads that travel together.",
    "formula": "Formulas: the workflows that convoys go through.",
    "rig": "Rigs: the repositories of the team.",
    "crew": "Crew: a person's own clones of a rig.",
}
_COMMANDS = {
    "install": ("gastown.cli.install:install", "Make a town in a folder."),
    "sling": ("gastown.cli.sling:sling", "Bind beads into a convoy and launch it."),
    "status": ("gastown.cli.status:status", "What the town is doing."),
    "agents": ("gastown.cli.status:agents", "Who holds which slot and which bead."),
    "up": ("gastown.cli.engine:up", "Start the town's Prefect server and worker."),
    "down": ("gastown.cli.engine:down", "End every process of the town."),
    "demo": ("gastown.cli.demo.command:demo", "Land a small convoy before your eyes."),
}
for _name, _text in _GROUPS.items():
    app.command(f"gastown.cli.{_name}:app", name=_name, help=_text)
for _name, (_place, _text) in _COMMANDS.items():
    app.command(_place, name=_name, help=_text)


def run(tokens: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Errors that we expect are told, not raised."""
    try:
        result = app(_moved(tokens), exit_on_error=False, print_error=False)
    except (GasTownError, CycloptsError) as error:
        return _refuse(error, as_json="--json" in tokens)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # `town bead list | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


def _moved(tokens: Sequence[str]) -> Sequence[str]:
    """`town --town DIR status`, as one is used to from git, is `town status --town DIR`."""
    if tokens and tokens[0] == "--town":
        return [*tokens[2:], *tokens[:2]]
    return [*tokens[1:], tokens[0]] if tokens and tokens[0].startswith("--town=") else tokens


def main() -> None:
    """The entry point."""
    sys.exit(run(sys.argv[1:]))


def _refuse(error: Exception, *, as_json: bool) -> int:
    message = str(error)
    print(f"error: {message}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": {"kind": type(error).__name__, "message": message}}))
    return REFUSED
