"""The `town` command: arguments in, one call of the domain or of a flow, the answer out.

Exit codes: 0 done; 1 done, and the answer is bad (lint found errors, a convoy did not land);
2 refused, with `error: …` on stderr and nothing changed; 130 stopped with Ctrl-C. Commands that
start processes end them first, then with 130, 143 (SIGTERM) or 129 (SIGHUP).
With --json a refusal is `{"error": {"kind": …, "message": …}}` on stdout as well.

Groups are named as strings and imported when they are used: `town bead list` does not pay for
Prefect.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import NoReturn

from cyclopts import App, CycloptsError, Parameter

from gastown.cli.attended import Stopped
from gastown.cli.options import shown_default
from gastown.cli.out import hush, tell
from gastown.errors import GasTownError

BAD, REFUSED, STOPPED = 1, 2, 130
_SIGNALLED = 128  # a shell's exit code of what a signal ended is this and its number

app = App(
    name="town",
    help="Run many coding agents over your repositories, as Prefect flows.",
    version=lambda: version("hybrid-gas-town"),
    default_parameter=Parameter(negative=(), show_default=shown_default),
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
_GROUPS = {
    "agent": "Agents: command-line agents as which a role may work.",
    "backup": "Backups: of ledger, records and unmerged work.",
    "bead": "Beads: what is to be done.",
    "card": "Cards: what each role is told of its duty, and which version of it.",
    "convoy": "Convoys: beads that travel together.",
    "escalation": "Escalations: what an agent could not settle, and who answers for it.",
    "formula": "Formulas: the workflows that convoys go through.",
    "gate": "Gates: what convoys wait for outside, and a person's answer.",
    "godot": "Godot: what the guard knows of an engine.",
    "inbox": "Inbox: what the public wants most, for a person to accept or decline.",
    "key": "Keys: of those who serve models.",
    "mail": "Mail: letters between agents, flows and people.",
    "mol": "Molecules: formulas that were poured, and how far they are.",
    "mq": "Merge queues: which branches wait for a rig's main, and what became of them.",
    "model": "Models: what runs on this machine, and what it takes.",
    "notify": "Notification blocks: how people are reached.",
    "rig": "Rigs: the repositories of the team.",
    "schedule": "Schedules: which roles run by themselves, and when.",
    "truth": "Truth: what a build must show, and whether it does.",
    "security": "Security: findings of the Watchdog, and what a person accepts of them.",
    "crew": "Crew: ask about a rig; a person's own clones of it.",
    "plan": "Plans: an idea, planned by the Mayor with the rigs' Crew; a person decides.",
}
_COMMANDS = {
    "install": ("gastown.cli.install:install", "Make a town in a folder."),
    "sling": ("gastown.cli.sling:sling", "Hang beads on agents' hooks, and launch them."),
    "unsling": ("gastown.cli.sling:unsling", "Take a bead off its hook."),
    "hook": ("gastown.cli.hook:hook", "What hangs on whose hook."),
    "prime": ("gastown.cli.prime:prime", "What a bead's next session would be told."),
    "handoff": ("gastown.cli.prime:handoff", "End a session; a fresh one goes on."),
    "feed": ("gastown.cli.feed:feed", "What happens in the town, line by line."),
    "status": ("gastown.cli.status:status", "What the town is doing."),
    "health": ("gastown.cli.health:health", "Which sessions work, wait, are stuck or dead."),
    "doctor": ("gastown.cli.doctor:doctor", "Find what dead processes left, and mend it."),
    "nudge": ("gastown.cli.mail:nudge", "Tell an agent something, for its next turn."),
    "agents": ("gastown.cli.status:agents", "Who holds which slot and which bead."),
    "readme": ("gastown.cli.readme:readme", "Bring a repository's documentation up to date."),
    "digest": ("gastown.cli.digest:digest", "What the town did on a day."),
    "scan": ("gastown.cli.scan:scan", "Scan a repository for secrets and weaknesses."),
    "gauge": ("gastown.cli.gauge:gauge", "Test a repository, and build it."),
    "defend": ("gastown.cli.alone:defend", "Write failing tests, on a branch."),
    "polecat": ("gastown.cli.alone:polecat", "Carry out one change, on a branch."),
    "review": ("gastown.cli.alone:review", "Read a branch, and say whether to merge it."),
    "machine": ("gastown.cli.machine:machine", "What this PC has, and what of it is free."),
    "audition": ("gastown.cli.audition:audition", "Whether a model is fit for a role's seat."),
    "brief": ("gastown.cli.brief:brief", "What got done yesterday, and what waits."),
    "escalate": ("gastown.cli.escalate:escalate", "Raise what cannot be settled here."),
    "estimate": ("gastown.cli.estimate:estimate", "What a convoy will cost, before it starts."),
    "cost": ("gastown.cli.cost:cost", "What was spent on what, and what is left."),
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
    except KeyboardInterrupt as stop:
        tell("stopped")
        return _SIGNALLED + stop.number if isinstance(stop, Stopped) else STOPPED
    except BrokenPipeError:  # `town bead list | head`: the reader has seen enough
        hush(sys.stdout)
        return 0
    except OSError as error:  # a folder that may not be written, a full disk
        return _refuse(error, as_json="--json" in tokens)
    return result if isinstance(result, int) else 0


def _moved(tokens: Sequence[str]) -> Sequence[str]:
    """`town --town DIR status`, as one is used to from git, is `town status --town DIR`."""
    if tokens and tokens[0] == "--town":
        return [*tokens[2:], *tokens[:2]]
    return [*tokens[1:], tokens[0]] if tokens and tokens[0].startswith("--town=") else tokens


def main() -> None:
    """The entry point."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # pressed again while the first was being told
        code = STOPPED
    if code > _SIGNALLED:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """End now: threads of libraries (Prefect's timers) would keep a stopped command for minutes."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _refuse(error: Exception, *, as_json: bool) -> int:
    message = str(error)
    print(f"error: {message}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": {"kind": type(error).__name__, "message": message}}))
    return REFUSED
