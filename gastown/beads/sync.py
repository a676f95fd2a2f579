"""Sync: between the working store and the JSONL files that git carries.

Import never deletes and never takes an older bead over a newer one; export never drops a bead from
a file. What a person would lose is refused with the way out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gastown.beads import jsonl
from gastown.beads.bead import Bead
from gastown.beads.files import write_whole
from gastown.beads.ids import has_prefix
from gastown.beads.jsonl import Line, Lines
from gastown.beads.ledger import Ledger
from gastown.beads.merge import Merged, merge
from gastown.beads.readiness import find_cycles
from gastown.beads.threeway import keys_kept
from gastown.errors import LedgerError
from gastown.formula.graph import chain_text

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `deleted` are tombstones of the file whose bead the ledger still has."""

    read: int
    changed: int
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did; `deleted` are beads that the file holds, and keeps, as deleted."""

    beads: int
    changed: bool
    deleted: tuple[str, ...] = ()


def import_file(ledger: Ledger, path: Path) -> Imported:
    """Bring a file's beads in, whole or not at all; rows older than the ledger's are passed over.

    Raises:
        JsonlError: The file holds lines that cannot be taken.
        LedgerError: Its edges would close a cycle with those of the ledger.
    """
    lines = jsonl.read(path)
    changed = ledger.put(lines.beads.values(), keep_newer=True)
    known = {bead.id for bead in ledger.find()} if lines.deleted else set[str]()
    return Imported(len(lines.beads), changed, tuple(sorted(known & set(lines.deleted))))


def export_file(ledger: Ledger, prefix: str, path: Path, *, apart: Iterable[str] = ()) -> Exported:
    """Bring a prefix's beads out; the file is touched only when its content changes.

    Args:
        ledger: Where the beads are.
        prefix: Which of them; beads of other prefixes that the file holds are kept up to date.
        path: The file, made when it is not there.
        apart: Longer prefixes whose beads belong elsewhere (`gt-main` beside `gt`).

    Raises:
        JsonlError: The file cannot be read whole; it is left alone.
        LedgerError: The file holds beads that the ledger lacks, or newer ones: import it first.
    """
    old = jsonl.read(path)
    elsewhere = tuple(one for one in apart if len(one.rstrip("-")) > len(prefix.rstrip("-")))
    beads = {
        bead.id: bead
        for bead in ledger.find()
        if bead.id in old.issues or _is_exported(bead, prefix, elsewhere)
    }
    _refuse_loss(path, old, beads)
    whole = {**beads, **old.deleted}
    text = jsonl.render(whole.values(), others=old.others, old=old)
    changed = not path.exists() or text.encode() != path.read_bytes()
    if changed:
        write_whole(path, text)
    return Exported(len(whole), changed, tuple(sorted(set(beads) & set(old.deleted))))


def merge_files(base: Path, ours: Path, theirs: Path, out: Path) -> Merged:
    """Merge two clones' files into one; what a git merge driver calls, with `out` = `ours`.

    Raises:
        JsonlError: A file holds lines that cannot be taken.
        LedgerError: The two sides' edges together form a cycle. Nothing is written.
    """
    before, left, right = jsonl.read(base), jsonl.read(ours), jsonl.read(theirs)
    merged = merge(_all(before), _all(left), _all(right))
    if found := find_cycles(merged.beads):
        chains = "; ".join(map(chain_text, found))
        raise LedgerError(f"{ours} and {theirs} together form a cycle: {chains}; unlink one first")
    others = sorted(keys_kept(before.others, left.others, right.others))
    known = Lines(_standing(merged, left, right))
    jsonl.write(out, merged.beads.values(), others=others, old=known)
    return merged


def _is_exported(bead: Bead, prefix: str, apart: Iterable[str]) -> bool:
    return (
        not bead.ephemeral
        and has_prefix(bead.id, prefix)
        and not any(has_prefix(bead.id, one) for one in apart)
    )


def _refuse_loss(path: Path, old: Lines, beads: dict[str, Bead]) -> None:
    lacking = sorted(set(old.beads) - set(beads))
    newer = [
        name
        for name, bead in old.beads.items()
        if name in beads and bead != beads[name] and bead.updated_at > beads[name].updated_at
    ]
    for names, what in ((lacking, "that the ledger lacks"), (newer, "newer than the ledger's")):
        if names:
            shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
            raise LedgerError(f"{path} holds beads {what}: {shown}. Import it first.")


def _all(lines: Lines) -> dict[str, Bead]:
    return {name: line.bead for name, line in lines.issues.items()}


def _standing(merged: Merged, *sides: Lines) -> dict[str, Line]:
    """For each merged bead that a side has as it is, the line it stands in."""
    found: dict[str, Line] = {}
    for name, bead in merged.beads.items():
        lines = [side.issues[name] for side in sides if name in side.issues]
        same = [line for line in lines if line.bead == bead]
        if same:
            found[name] = min(same, key=lambda line: line.text)
    return found
