"""restore: a town as a backup has it, in a new folder; its rigs are cloned from their origins."""

import os
import shutil
from pathlib import Path

from gastown.doctor.backup import Manifest, read_manifest
from gastown.errors import GasTownError, GitError
from gastown.founding.install import install
from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.stage import Frozen
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout

_APART = ("rigs/", "private/")


class Restored(Frozen):
    """What came back; `missing` are rigs whose origin could not be cloned, with the reason."""

    root: str
    files: int
    refs: int
    missing: tuple[str, ...] = ()


def restore(backup: Path, root: Path) -> Restored:
    """Make the town anew in a folder that is not there yet, or is empty.

    Worktrees are not in a backup: the next run makes them from their branches. What processes of
    the old town held is given back by `town doctor --fix`.

    Raises:
        GasTownError: The backup is damaged, or the folder holds something; nothing is made then.
    """
    backup, root = backup.resolve(), root.resolve()
    manifest = read_manifest(backup)
    if root.exists() and any(root.iterdir()):
        raise GasTownError(f"{root} is not empty; restore into a new folder, then compare")
    draft = root.with_name(f".{root.name}.{os.getpid()}")
    try:
        done = _made(backup, manifest, draft)
        draft.replace(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return done.model_copy(update={"root": str(root)})


def _made(backup: Path, manifest: Manifest, root: Path) -> Restored:
    plain = [name for name in manifest.files if not _is_bundle(name)]
    for name in plain:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(backup / name, target)
    layout = TownLayout(root)
    layout.state.mkdir(mode=0o700, exist_ok=True)
    for name in filter(_is_private, manifest.files):
        private = clone(str(backup / name), layout.private(Path(name).stem))
        private.run("remote", "remove", "origin")  # it never had one
    config = load_config(layout.config)
    install(root, config.town.name)  # what is in no backup: git, and private ones that were empty
    tried = {rig: _rig(backup, manifest, layout, config, rig) for rig in config.rigs}
    missing = {rig: why for rig, why in tried.items() if why}
    refs = sum(len(tips) for rig, tips in manifest.refs.items() if rig not in missing)
    said = tuple(f"{rig}: {why}" for rig, why in missing.items())
    return Restored(root=str(root), files=len(plain), refs=refs, missing=said)


def _is_bundle(name: str) -> bool:
    return name.startswith(_APART) and name.endswith(".bundle")


def _is_private(name: str) -> bool:
    return name.startswith("private/") and name.endswith(".bundle")


def _rig(backup: Path, manifest: Manifest, layout: TownLayout, config: TownConfig, rig: str) -> str:
    """Clone a rig and bring back what its main lacks; what stands in the way, if anything."""
    table, bundle = config.rig(rig), backup / "rigs" / f"{rig}.bundle"
    try:
        repo = clone(table.origin, layout.rig(rig).canonical, table.branch)
        for ref, tip in manifest.refs.get(rig, {}).items():
            _bring(repo, bundle, ref, tip)
    except GitError as error:
        return str(error)
    return ""


def _bring(repo: Repo, bundle: Path, ref: str, tip: str) -> None:
    """A ref as it was; the branch that is checked out stays, and its old tip is kept beside."""
    own = f"refs/heads/{repo.branch()}"
    kept = f"refs/rescue/{repo.branch()}/{tip[:10]}" if ref == own else ref
    repo.run("fetch", "--quiet", "--no-tags", str(bundle.resolve()), f"{ref}:{kept}")
    if repo.find(kept) != tip:
        raise GitError(f"{repo.path}: {ref} is not {tip[:10]} in {bundle}")
