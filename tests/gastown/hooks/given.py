"""A town with two rigs, made of files and git, and beads of it."""

from pathlib import Path

from gastown.beads.bead import Draft
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rigs.clone import new_origin
from gastown.town.town import Town

RIGS = {"garden": "ga", "pond": "po"}


def a_town(folder: Path) -> Town:
    """The town `oak`, with the rigs `garden` and `pond`."""
    for rig in RIGS:
        source = folder / f"{rig}-source"
        (source / "tests").mkdir(parents=True)
        (source / "tests" / "test_a.py").write_text("def test_a(): pass\n")
        (source / "README.md").write_text(f"# {rig}\n")
    install(folder / "oak", "oak")
    for rig in RIGS:
        origin = new_origin(folder / f"{rig}-source", folder / f"{rig}.git")
        add_rig(Town.open(folder / "oak"), rig, str(origin))
    return Town.open(folder / "oak")


def beads(town: Town, rig: str, *titles: str) -> list[str]:
    """Open beads of a rig."""
    prefix = town.config.rig(rig).prefix
    drafts = [Draft(title=title, prefix=prefix) for title in titles]
    return [bead.id for bead in town.ledger.create_many(drafts)]
