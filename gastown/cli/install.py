"""`town install DIR`: make a town."""

from pathlib import Path

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show
from gastown.founding.install import install as install_town


def install(folder: Path, /, *, name: str = "", options: Options = PLAIN) -> None:
    """Make a town in a folder: town.toml, its ledger, its private repositories. Twice is once.

    Args:
        folder: A new or empty folder, or a town.
        name: The town's name. [default: the folder's]
    """
    root = folder.resolve()
    made = install_town(root, name or root.name)
    facts = {"town": made.config.town.name, "root": str(root), "created": list(made.created)}
    said = f"made {', '.join(made.created)}" if made.created else "already a town"
    show(options, facts, f"{root}: {said}", "Next: town rig add NAME ORIGIN")
