"""Around: what lies around a rig that its tests may need, and where what was fetched is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gastown.rigs.git import Repo

CANONICAL = Path("mayor", "rig")


class Sibling(NamedTuple):
    """A repository beside the rig; of `ref` where that is not empty, else as its files are."""

    path: Path
    ref: str


@dataclass(frozen=True, slots=True)
class Around:
    """Nothing lies around a rig unless its caller says so.

    Args:
        town: A town's root, whose other rigs lie beside the rig.
        folders: Folders of checkouts that lie beside it.
        cache: Where repositories and archives from elsewhere are kept between runs; None for
            nowhere, and nothing is fetched then.
        protocols: By which git may fetch.
        download: Fetches an address into a file; None where nothing may be downloaded. Raises
            OSError.
    """

    town: Path | None = None
    folders: tuple[Path, ...] = ()
    cache: Path | None = None
    protocols: tuple[str, ...] = ("https", "ssh")
    download: Callable[[str, Path], None] | None = None

    def sibling(self, name: str) -> Sibling | None:
        """The repository of that name beside the rig.

        Of a rig of a town it is main as origin has it; of any other checkout its files as they
        are, as a link to it would show them.
        """
        if name in {"", ".", ".."} or "/" in name:
            return None
        canonical = self.town / name / CANONICAL if self.town else None
        if canonical is not None and (canonical / ".git").exists():
            return Sibling(canonical, f"refs/remotes/origin/{Repo(canonical).branch()}")
        found = (folder / name for folder in self.folders if (folder / name).is_dir())
        return next((Sibling(path, "") for path in found), None)
