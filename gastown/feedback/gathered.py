"""gathered: what a store's records say, without reading again those that git knows unchanged.

What was made of a record is kept under git's name for its content, beside the repository's own
files: whatever is not known to be the same is read anew. The file may be deleted at any time.
"""

import hashlib
import inspect
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gastown.beads.files import write_whole
from gastown.errors import LedgerError
from gastown.feedback import gist, record, topics, words
from gastown.feedback.gist import Gist, compared, digest, gist_of, in_coming_order
from gastown.feedback.store import Store
from gastown.feedback.weigh import Topic, weighed
from gastown.rigs.git import Repo

FILE = "gastown-gists.json"
_RECORD = re.compile(r"items/[^/]+/[^/]+/fb-[^/]+\.json")
_RULES = (gist, record, topics, words)  # what was made by others is not taken


@dataclass(frozen=True, slots=True)
class Gathered:
    """Gists in the order in which they came; `heads` says in whose topic each is."""

    gists: Sequence[Gist] = ()
    heads: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class _Memo:
    """Gists by git's name for the record they are of; heads for what the digest `order` is of."""

    gists: Mapping[str, Gist] = field(default_factory=dict[str, Gist])
    order: str = ""
    heads: Sequence[str] = ()


def gathered(store: Store) -> Gathered:
    """What the store's records say. Raises LedgerError for a broken one."""
    if not (store.path / ".git").exists():
        return Gathered()
    file = store.path / ".git" / FILE
    memo = _read(file)
    named = dict(_gist(store, path, name, memo) for path, name in _named(store.path).items())
    gists = sorted(named.values(), key=in_coming_order)
    if _order((one.id, one.said) for one in gists) != memo.order:
        memo = _joined(store, gists)
    elif named == memo.gists:
        return _whole(gists, memo)
    memo = _Memo(named, memo.order, memo.heads)
    _write(file, memo)
    return _whole(gists, memo)


def topics_in(reader: str, found: Gathered) -> list[Topic]:
    """The topics that they form, in no order; `reader` says whose they are."""
    return weighed(reader, found.gists, found.heads)


def _whole(gists: Sequence[Gist], memo: _Memo) -> Gathered:
    return Gathered(gists, dict(zip((one.id for one in gists), memo.heads, strict=True)))


def _joined(store: Store, gists: Sequence[Gist]) -> _Memo:
    """Heads, under the order of the texts that were joined: they may be newer than the gists."""
    texts = {one.id: compared(one) for one in store.records()}
    found = {one.id: texts.get(one.id, "") for one in gists}
    order = _order((name, digest(text)) for name, text in found.items())
    return _Memo(order=order, heads=list(topics.topics(found.items()).values()))


def _named(path: Path) -> dict[str, str]:
    """Every record's file, with git's name for its content; none where git must look anew."""
    repo = Repo(path)
    staged = (entry.split("\t", 1) for entry in repo.lines("ls-files", "--stage", "-z", "items"))
    known = {name: told.split(" ")[1] for told, name in staged}
    asked = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", "items")
    changed = [entry[3:] for entry in repo.lines(*asked)]
    known.update(dict.fromkeys(changed, ""))
    records = {name: told for name, told in known.items() if _RECORD.fullmatch(name)}
    return {name: told for name, told in records.items() if told or (path / name).is_file()}


def _gist(store: Store, path: str, name: str, memo: _Memo) -> tuple[str, Gist]:
    """A record's gist by the name of what was read: somebody may write while we look."""
    if known := memo.gists.get(name):
        return name, known
    content = (store.path / path).read_bytes()
    named = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return named.hexdigest(), gist_of(store.parse(content, store.path / path))


def _order(said: Iterable[tuple[str, str]]) -> str:
    return digest("\n".join(f"{name} {text}" for name, text in said))


def _rules() -> str:
    return digest("".join(map(inspect.getsource, _RULES)))


def _read(file: Path) -> _Memo:
    """What was kept; nothing of what is not there, broken, or made by other rules."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        kept: dict[str, Any] = json.loads(file.read_bytes())
        if kept["rules"] == _rules():
            gists = {name: Gist(*row) for name, row in kept["gists"].items()}
            return _Memo(gists, kept["order"], kept["heads"])
    return _Memo()


def _write(file: Path, memo: _Memo) -> None:
    kept = {"rules": _rules(), "order": memo.order, "heads": memo.heads, "gists": memo.gists}
    with suppress(LedgerError):  # who may only read takes longer
        write_whole(file, json.dumps(kept, separators=(",", ":")))
