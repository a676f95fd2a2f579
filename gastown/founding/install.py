"""install: make a town in a folder, or complete one."""

from dataclasses import dataclass
from pathlib import Path

from gastown.beads.files import write_whole
from gastown.errors import ConfigError
from gastown.founding.routes import routes
from gastown.founding.template import BEADS_GITIGNORE, GITIGNORE, PRIVATE_README, TOWN_TOML
from gastown.rigs.clone import TOWN, commit_report, init
from gastown.rigs.git import Repo
from gastown.town.config import TownConfig, load_config
from gastown.town.edit import write_checked
from gastown.town.layout import PRIVATE, TownLayout

TRACKED = ["town.toml", ".beads", ".gitignore"]


@dataclass(frozen=True, slots=True)
class Installed:
    """The town, and what was not there before."""

    config: TownConfig
    created: tuple[str, ...]


def install(root: Path, name: str) -> Installed:
    """Make a town; what is there already stays as it is.

    Args:
        root: A new folder, an empty one, or a town.
        name: The town's name, where it has none yet.

    Raises:
        ConfigError: The folder holds something else, the name will not do, or town.toml is wrong.
    """
    layout = TownLayout(root)
    created: list[str] = []
    if layout.config.exists():
        config = load_config(layout.config)
    else:
        _refuse_foreign(root)
        root.mkdir(parents=True, exist_ok=True)
        config = write_checked(layout.config, TOWN_TOML.format(name=name))
        created.append("town.toml")
    for file, text in _files(config).items():
        if not (root / file).exists():
            write_whole(root / file, text)
            created.append(file)
    created += [f"private/{one}" for one in PRIVATE if _make_private(layout.private(one), one)]
    if not (root / ".git").exists():
        Repo(init(root)).commit_all(f"Found the town {config.town.name}", TOWN, TRACKED)
        created.append("git repository")
    return Installed(config, tuple(created))


def _refuse_foreign(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise ConfigError(f"{root} is a file; a town needs a folder")
    if root.is_dir() and any(path.name != ".git" for path in root.iterdir()):
        raise ConfigError(f"{root} is not empty and no town; give a new or an empty folder")


def _files(config: TownConfig) -> dict[str, str]:
    return {
        ".gitignore": GITIGNORE,
        ".beads/.gitignore": BEADS_GITIGNORE,
        ".beads/routes.jsonl": "".join(f"{route.line}\n" for route in routes(config)),
    }


def _make_private(folder: Path, name: str) -> bool:
    if (folder / ".git").exists():
        return False
    readme = PRIVATE_README.format(name=name)
    commit_report(folder, {"README.md": readme}, f"Open the {name}'s reports")
    return True
