"""`town backup …`: copies of what a town cannot make anew, and a town from one of them."""

from pathlib import Path

from gastown.beads.ledger import utc_now
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table, tell
from gastown.doctor.backup import KEEP, back_up, backups, folder_of, read_manifest
from gastown.doctor.restore import restore as bring_back

app = group("backup", "Backups: of ledger, records and unmerged work.")


@app.command
def make(
    *,
    into: Path | None = None,
    keep: int = KEEP,
    dry_run: bool = False,
    options: Options = PLAIN,
) -> None:
    """Make a backup while the town works, and remove those that are too many.

    Args:
        into: Folder of the backups; better on another disk. [default: backups/ in the town]
        keep: How many of the newest stay, beside one a week of four weeks before.
        dry_run: Say what would be done.
    """
    town = options.open()
    done = back_up(town, into or folder_of(town.layout), utc_now(), keep=keep, dry_run=dry_run)
    would = "would hold" if dry_run else "holds"
    size = f"{done.files} files ({done.bytes / 2**20:,.1f} MiB), {done.refs} unmerged branches"
    gone = [f"{'would remove' if dry_run else 'removed'} {name}" for name in done.thinned]
    show(options, done, f"{done.folder} {would} {size}", *gone)


@app.command(name="list")
def list_(*, into: Path | None = None, options: Options = PLAIN) -> None:
    """List the backups; every file of each is checked.

    Args:
        into: Folder of the backups. [default: backups/ in the town]
    """
    folder = into or folder_of(options.open().layout)
    found = [(name, read_manifest(folder / name)) for name in backups(folder)]
    rows = [(name, len(m.files), sum(map(len, m.refs.values()))) for name, m in found]
    data = [{"name": name, "files": files, "refs": refs} for name, files, refs in rows]
    show(options, data, table(f"backups in {folder}", ("name", "files", "branches"), rows))


@app.command
def restore(backup: Path, into: Path, /, *, options: Options = PLAIN) -> int:
    """Make a town from a backup, in a new folder; exit code 1 when a rig could not be cloned.

    Args:
        backup: Its folder, e.g. backups/20260129T090000Z.
        into: A folder that is not there yet, or is empty.
    """
    tell(f"checking {backup}, then cloning its rigs")
    done = bring_back(backup, into)
    lines = [f"missing: {line}" for line in done.missing]
    said = f"{into}: {done.files} files, {done.refs} unmerged branches"
    show(options, done, said, *lines, f"next: cd {into} && town doctor --fix && town up")
    return int(bool(done.missing))
