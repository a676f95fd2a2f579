"""`python -m gastown.rehearsal`: a rehearsal model server until it is told to stop.

Prints one line, `listening URL`, once requests are answered, and one for every fault that strikes.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from gastown.errors import ConfigError, GasTownError
from gastown.rehearsal.faults import parse_faults
from gastown.rehearsal.pace import UNPACED, Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Exit code 2 when answers, faults or port are no good."""
    args = _parser().parse_args(argv)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    signal.signal(signal.SIGINT, lambda _number, _frame: stop.set())
    try:
        if args.key_env and not os.environ.get(args.key_env):
            raise ConfigError(f"--key-env {args.key_env}: no such variable, or it is empty")
        pace = Pace(args.pace, args.first_token) if args.pace > 0 else UNPACED
        server = RehearsalServer(
            Script.load(args.answers),
            port=args.port,
            pace=pace,
            faults=parse_faults(args.faults),
            names=args.names,
            api_key=os.environ[args.key_env] if args.key_env else "",
            on_fault=lambda served: _say(f"fault {served.fault}: {served.cue}"),
        )
    except (GasTownError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with server:
        _say(f"listening {server.url}")
        stop.wait()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gastown.rehearsal", description=__doc__)
    parser.add_argument("--answers", type=Path, required=True, help="folder <role>/<key>[.rN].md")
    parser.add_argument("--names", type=Path, help='JSON of bead ids, {"sk-a1b": "combo-bonus"}')
    parser.add_argument("--key-env", default="", help="refuse requests without this variable's key")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--pace", type=float, default=100.0, help="tokens/s; 0: no waiting")
    parser.add_argument("--first-token", type=float, default=0.25, help="seconds before the first")
    parser.add_argument("--faults", default="", help="KIND[*TIMES][~SECONDS][@ROLE[/KEY]],…")
    return parser


if __name__ == "__main__":
    sys.exit(main())
