"""scan_alone: the Watchdog outside a convoy, on a rig or on any checkout."""

from collections.abc import Callable

from gastown.errors import GasTownError, StoppedError
from gastown.rigs.git import Repo
from gastown.security.book import Book
from gastown.security.follow import Standing
from gastown.security.history import Entry
from gastown.security.reading import not_read
from gastown.security.report import as_data, render
from gastown.stage import Frozen
from gastown.town.tables.security import SecurityTable
from gastown.town.town import Town
from tasks.errand import errand
from tasks.room import room
from tasks.scanning import EMPTY, Seen, let_read, record, scan_tree
from tasks.visit import Visit, visit

ALONE = "alone"
FIRST = 20  # commits that the model reads when nothing was scanned before


class ScanReport(Frozen):
    """A scan that was made alone; `model_dump` has no secret in it."""

    name: str
    title: str
    standing: Standing
    history: tuple[Entry, ...]
    summary: str = ""

    def data(self) -> dict[str, object]:
        """As `report.json` has it."""
        return as_data(self.title, self.standing, self.history, self.summary)

    def files(self) -> dict[str, str]:
        """The report's files by name."""
        return render(self.title, self.standing, self.history, self.summary)


def scan_alone(
    town: Town,
    repository: str,
    *,
    since: str = "",
    model: bool = True,
    tell: Callable[[str], object] = lambda _: None,
) -> ScanReport:
    """Scan what is committed on a repository's main branch, and remember what was found.

    Args:
        town: Whose models, budget and private repository it uses.
        repository: A rig, or the folder of a git checkout.
        since: The commit from which on the model reads; by default that of the last scan.
        model: Whether a model reads the change at all.
        tell: Hears what is being done.

    Raises:
        NotFoundError: There is no such repository.
        GitError: It cannot be read, or has no commit `since`.
        ConfigError: What was remembered of it is broken; nothing was written.
    """
    with visit(town, repository) as found:
        book = Book(*found.private("watchdog"))
        base = _base(Repo(found.worktree), since, book.load())
        table = town.config.rig(found.rig).security if found.rig else SecurityTable()
        with room(town, "watchdog", title=f"scan {found.name}", tell=tell):
            tell(f"scanning {found.name} at {found.commit[:10]} …")
            seen = scan_tree(found.worktree, base, table)
        seen = _read(found, seen, tell) if model else _left(seen, "nobody asked it to")
        title = f"{found.name} at {found.commit[:10]}"
        author = f"watchdog <watchdog@{town.config.town.name}>"
        standing = record(seen, book, title, by=ALONE, author=author)
    return ScanReport(
        name=found.name,
        title=title,
        standing=standing,
        history=book.history(),
        summary=seen.summary,
    )


def _base(repo: Repo, since: str, last: Standing | None) -> str:
    """From where the change is reckoned."""
    if since:
        return repo.rev(repo.find(f"refs/remotes/origin/{since}") or since)
    if last and repo.find(last.commit) and repo.is_ancestor(last.commit, "HEAD"):
        return last.commit
    return repo.find(f"HEAD~{FIRST}") or EMPTY


def _read(found: Visit, seen: Seen, tell: Callable[[str], object]) -> Seen:
    """With the model's reading; what keeps it from reading is told, and is no clean bill."""
    if not seen.touched:
        return seen
    title = f"scan {found.name}"
    try:
        with errand(found.town, "watchdog", rig=found.rig, title=title, tell=tell) as desk:
            tell(f"{desk.request.model} reads {seen.touched} changed files …")
            return let_read(desk, seen)
    except StoppedError:
        raise
    except GasTownError as error:
        return _left(seen, str(error))


def _left(seen: Seen, why: str) -> Seen:
    if not seen.touched:
        return seen
    whole = not_read(seen.scanned, seen.touched, why)
    return Seen(seen.worktree, seen.base, whole)
