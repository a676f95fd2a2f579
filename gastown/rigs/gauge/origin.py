"""Origin: a repository, folder or archive that addons come from, read and copied from its root."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gastown.rigs.gauge.addons import MAX_BYTES
from gastown.rigs.gauge.unpack import from_commit, from_folder, from_zip, inside
from gastown.rigs.git import Repo


class Origin(Protocol):
    """Paths are from its root, `.` is all of it."""

    def text(self, path: str) -> str | None:
        """What a small file says; None where there is none."""
        ...

    def put(self, path: str, target: Path) -> None:
        """Put a folder of it somewhere. Raises ConfigError where it has none of that name."""
        ...


@dataclass(frozen=True, slots=True)
class Commit:
    """A repository at a commit, branch or tag."""

    repo: Path
    ref: str

    def text(self, path: str) -> str | None:
        """As it is committed."""
        return Repo(self.repo).show_file(self.ref, path)

    def put(self, path: str, target: Path) -> None:
        """As it is committed."""
        from_commit(self.repo, self.ref, path, target)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it is."""

    root: Path

    def text(self, path: str) -> str | None:
        """A plain file's; a link is none."""
        file = self.root / path
        if file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_BYTES:
            return None
        return file.read_text(encoding="utf-8")

    def put(self, path: str, target: Path) -> None:
        """Without what is hidden in it."""
        from_folder(inside(self.root, path), target)


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file."""

    file: Path

    def text(self, path: str) -> str | None:
        """What it has packed under that name."""
        with zipfile.ZipFile(self.file) as archive:
            names = set(archive.namelist())
            if path not in names or archive.getinfo(path).file_size > MAX_BYTES:
                return None
            return archive.read(path).decode()

    def put(self, path: str, target: Path) -> None:
        """The files below a folder of it."""
        from_zip(self.file, path, target)
