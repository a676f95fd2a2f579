"""Folders of commits, archives and checkouts, put somewhere as plain files."""

import posixpath
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path

from gastown.errors import ConfigError, GitError
from gastown.rigs.command import git
from gastown.rigs.git import Repo

MAX_ZIP = 1 << 30  # bytes that an archive may unpack to
_SKIPPED = shutil.ignore_patterns(".*", "__pycache__")


def from_commit(repo: Path, ref: str, inner: str, target: Path) -> None:
    """A folder of a commit. Raises ConfigError where the commit has none of that name."""
    commit = Repo(repo).rev(ref)
    inner = posixpath.normpath(inner)
    tree = commit if inner == "." else f"{commit}:{inner}"
    with tempfile.TemporaryDirectory(prefix="gastown-addon-") as folder:
        file = Path(folder, "addon.tar")
        try:
            git(repo, "archive", "--format=tar", f"--output={file}", tree)
        except GitError:
            raise ConfigError(f"{repo.name} has no folder {inner!r} at {commit[:10]}") from None
        with tarfile.open(file) as tar:
            tar.extractall(target, filter="data")


def from_zip(file: Path, inner: str, target: Path) -> None:
    """The files below `inner` of an archive; `zipfile` lets no name lead out of the target."""
    prefix = "" if inner == "." else f"{inner}/"
    with zipfile.ZipFile(file) as archive:
        infos = [i for i in archive.infolist() if i.filename.startswith(prefix) and not i.is_dir()]
        if not infos:
            raise ConfigError(f"{file.name} has no folder {inner!r}")
        if sum(info.file_size for info in infos) > MAX_ZIP:
            raise ConfigError(f"{file.name} unpacks to more than {MAX_ZIP >> 20} MiB")
        for info in infos:
            info.filename = info.filename.removeprefix(prefix)
            archive.extract(info, target)


def from_folder(folder: Path, target: Path) -> None:
    """A folder as it is, without what is hidden in it; links stay links."""
    shutil.copytree(folder, target, symlinks=True, ignore=_SKIPPED)


def inside(root: Path, path: str) -> Path:
    """A path below a folder that is there without links too. Raises ConfigError otherwise."""
    spot = root / path
    if not spot.exists() or not spot.resolve().is_relative_to(root.resolve()):
        raise ConfigError(f"{root.name} has no {path!r}")
    return spot
