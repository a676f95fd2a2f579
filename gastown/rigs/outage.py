"""outage: whether git failed because a remote cannot be reached, or because a disk is full.

Told by what git says, in the words of its own C locale. What a remote refuses (a key, a password, a
rule) is no outage: waiting does not mend it.
"""

import re
from collections.abc import Sequence

NETWORKED = frozenset({"clone", "fetch", "ls-remote", "push"})
LATE = "Timeout: the command"
"""How GitPython says that it ended a command which took too long."""
_FATAL = 128

_FULL = re.compile(
    r"^(remote: )?(?:fatal|error|warning): .*"
    r"(?:No space left on device|Disk quota exceeded|Out of diskspace)\.?$",
    re.MULTILINE,
)
_AWAY = re.compile(
    r"""does\ not\ appear\ to\ be\ a\ git\ repository
    | ^fatal:\ repository\ '.*'\ (?:does\ not\ exist|not\ found)
    | Repository\ not\ found
    | Could\ not\ resolve\ (?:host|proxy) | Name\ or\ service\ not\ known
    | Temporary\ failure\ in\ name\ resolution
    | (?:Failed|Could\ not|Couldn't)\ (?:to\ )?connect | unable\ to\ connect
    | Connection\ (?:refused|timed\ out|reset|closed) | Operation\ timed\ out
    | (?:Network|Host)\ is\ unreachable | No\ route\ to\ host
    | returned\ error:\ (?:429|5\d\d) | Empty\ reply\ from\ server
    | RPC\ failed | early\ EOF | unexpected\ disconnect | hung\ up\ unexpectedly
    | (?:SSL|TLS|gnutls)[^\n]*(?:connect|handshake|recv|timed\ out|closed)
    | Could\ not\ read\ from\ remote\ repository
    """,
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
_REFUSED = re.compile(
    r"Permission denied|Authentication failed|Host key verification failed"
    r"|could not read (?:Username|Password)|returned error: 40[13]|access denied",
    re.IGNORECASE,
)


def subcommand(args: Sequence[str]) -> str:
    """What of git is asked, behind the options that stand before it."""
    rest = iter(args)
    for one in rest:
        if not one.startswith("-"):
            return one
        if one in {"-c", "-C"}:
            next(rest, None)
    return ""


def is_unreachable(args: Sequence[str], status: int, said: str) -> bool:
    """Whether a remote was asked and could not be reached, or gave no answer in time."""
    if subcommand(args) not in NETWORKED:
        return False
    if said.startswith(LATE):
        return True
    return status == _FATAL and bool(_AWAY.search(said)) and not _REFUSED.search(said)


def is_full_disk(said: str) -> bool:
    """Whether git, here or at the remote, says that it found no room."""
    return bool(_FULL.search(said))


def is_full_there(said: str) -> bool:
    """Whether it is the remote that found none."""
    found = _FULL.search(said)
    return found is not None and bool(found.group(1))


def remote_in(args: Sequence[str]) -> str:
    """The remote that is asked, by name or by address."""
    if "--" in args:
        return next(iter(args[args.index("--") + 1 :]), "")
    return "origin" if "origin" in args else ""
