"""Commits as `git log` tells of them."""

from dataclasses import dataclass

LOG_FORMAT = "--format=%H%x00%an <%ae>%x00%s%x00%(trailers:only,unfold)%x1e"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; `trailers` are the `key: value` lines that end its message, keys lower-cased."""

    id: str
    author: str
    subject: str
    trailers: tuple[tuple[str, str], ...]


def parse_log(text: str) -> list[Commit]:
    """Read what git prints for `LOG_FORMAT`."""
    entries = (entry.strip("\n") for entry in text.split("\x1e"))
    return [_commit(entry) for entry in entries if entry]


def _commit(entry: str) -> Commit:
    ident, author, subject, trailers = entry.split("\0")
    pairs = (line.partition(":") for line in trailers.splitlines() if ":" in line)
    return Commit(
        ident, author, subject, tuple((k.strip().lower(), v.strip()) for k, _, v in pairs)
    )
