"""Builds `card.pyz`, one file that runs anywhere: python build.py OUT."""

import shutil
import sys
import tempfile
import zipapp
from pathlib import Path


def build(out: Path) -> Path:
    """Write OUT/card.pyz and return its path."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as staging:
        package = Path(__file__).parent / "scorekeeper"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(package, Path(staging, package.name), ignore=ignored)
        zipapp.create_archive(staging, out / "card.pyz", main="scorekeeper.__main__:main")
    return out / "card.pyz"


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
