"""The parts of the machine that every jailed command may read: programs, libraries, Python."""

import os
import sys
from pathlib import Path

ROOTS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
)


def toolchain() -> list[Path]:
    """The interpreter that runs us: its environment, its installation, and the links between.

    A link on the way is given as the link alone, for the folder it lies in may be a person's home.
    """
    found = [Path(sys.prefix), Path(sys.base_prefix)]
    found += [Path(os.path.realpath(p)) for p in found]
    link = Path(sys.executable)
    while link.is_symlink():
        link = link.parent / link.readlink()
        found.append(link)
    kept: list[Path] = []
    for path in dict.fromkeys(Path(os.path.normpath(p)) for p in found):
        if path.exists() and not _covered(path, [*map(Path, ROOTS), *kept]):
            kept.append(path)
    return kept


def _covered(path: Path, roots: list[Path]) -> bool:
    return any(path.is_relative_to(root) for root in roots)
