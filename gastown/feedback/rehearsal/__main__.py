"""`python -m gastown.feedback.rehearsal [COUNT]`: a public to try a town's sources with.

It speaks as GitHub, Discord, Reddit and a feed do, on loopback, until Ctrl-C.
"""

import sys
import threading
from contextlib import suppress

from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import crowd

COUNT = 100
_TABLES = """\
# for town.toml; then: town inbox read
[sources.rehearsed-issues]
kind = "github-issues"
repo = "acme/game"
api = "{url}"

[sources.rehearsed-feed]
kind = "feed"
url = "{url}feed.xml"
"""


def main(arguments: list[str]) -> int:
    """Serve until interrupted; 2 for an argument that is no number."""
    if len(arguments) > 1 or not all(one.isdecimal() for one in arguments):
        sys.stderr.write("give the number of things to say, or nothing\n")
        return 2
    with PublicServer() as server:
        server.world.put(*crowd(int(arguments[0]) if arguments else COUNT))
        with suppress(KeyboardInterrupt):
            sys.stdout.write(_TABLES.format(url=server.url))
            sys.stdout.flush()
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
