"""make_store: the working store of a town that came by git, from the JSONL that git carried."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gastown.beads.sqlite import SqliteLedger
from gastown.beads.sync import import_file


def make_store(store: Path, files: Iterable[Path]) -> None:
    """Make the store with the beads of those files that exist; nothing where none does.

    It is there whole or not at all. Where two processes make it at once the first one's stays: both
    read the same files, and what the first has written since is kept.

    Raises:
        JsonlError: A file holds lines that cannot be taken; no store is made.
        LedgerError: The files' edges together form a cycle.
    """
    there = [file for file in files if file.is_file()]
    if not there:
        return
    store.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making.", dir=store.parent) as folder:
        made = Path(folder) / store.name
        with SqliteLedger(made) as ledger:
            for file in there:
                import_file(ledger, file)
        with suppress(FileExistsError):
            os.link(made, store)
