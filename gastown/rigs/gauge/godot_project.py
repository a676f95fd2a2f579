"""Whether Godot has to import a project before its tests run."""

import re
from pathlib import Path

# Files that the engine reads as they are; any other kind may need its importer.
_PLAIN = {
    *("", ".cfg", ".gd", ".gdshader", ".godot", ".json", ".md", ".py", ".sh", ".toml", ".tres"),
    *(".tscn", ".txt", ".uid", ".yaml", ".yml"),
}
_TEXT = {".gd", ".tscn", ".tres", ".godot", ".cfg"}
_CLASS = re.compile(r"^\s*(?:@\w+\s+)*class_name\s+(\w+)", re.MULTILINE)


def needs_import(project: Path) -> str:
    """Why the project must be imported, or an empty string.

    An import starts the editor, which takes seconds. It makes assets loadable and lets scripts
    reach others by class name or uid; a project that does none of this runs the same without.
    """
    files = [file for file in project.rglob("*") if file.is_file() and not file.is_symlink()]
    for file in files:
        if file.suffix not in _PLAIN and not file.name.startswith("."):
            return f"{file.relative_to(project)} may be an asset"
    texts = {f: f.read_text(errors="replace") for f in files if f.suffix in _TEXT}
    return _by_uid(texts) or _by_class_name(texts)


def _by_uid(texts: dict[Path, str]) -> str:
    uses = sorted(file.name for file, text in texts.items() if '"uid://' in text)
    return f"{uses[0]} refers to a uid" if uses else ""


def _by_class_name(texts: dict[Path, str]) -> str:
    """A script that uses a class name, be it its own."""
    for owner, text in texts.items():
        for name in _CLASS.findall(text):
            for file, other in texts.items():
                uses = len(re.findall(rf"\b{name}\b", other))
                if uses > (file == owner):  # the one that declares it is no use
                    return f"{file.name} uses the class name {name}"
    return ""
