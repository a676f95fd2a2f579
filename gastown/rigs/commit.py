"""Commits as `git log` tells of them, and messages as git takes them."""

from dataclasses import dataclass

from gastown.rigs.text import printable

LOG_FORMAT = ("-z", "--format=%H%x00%an <%ae>%x00%s%x00%(trailers:only,unfold)")
_FIELDS = 4  # each ends with a NUL, the one character that no commit can hold


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; `trailers` are the `key: value` lines that end its message, keys lower-cased."""

    id: str
    author: str
    subject: str
    trailers: tuple[tuple[str, str], ...]


def parse_log(text: str) -> list[Commit]:
    """Read what git prints for `LOG_FORMAT`."""
    fields = text.split("\0")
    return [_commit(*fields[at : at + _FIELDS]) for at in range(0, len(fields) - 1, _FIELDS)]


def as_message(text: str) -> str:
    """A commit message as git takes it; a model may have put anything into it."""
    return printable(text.replace("\0", ""))


def _commit(ident: str, author: str, subject: str, trailers: str) -> Commit:
    pairs = (line.partition(":") for line in trailers.split("\n") if ":" in line)
    return Commit(
        ident, author, subject, tuple((k.strip().lower(), v.strip()) for k, _, v in pairs)
    )
