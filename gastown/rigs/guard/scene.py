"""check_scene: nodes and resources of classes that do not exist, in `.tscn` and `.tres` files."""

import re
from collections.abc import Iterator

from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.modern import modern
from gastown.rigs.guard.project import Project
from gastown.rigs.guard.scope import advice

SCENES = (".tscn", ".tres")
_SECTION = re.compile(r"^\[(?:node|sub_resource|ext_resource|gd_resource)\b[^\]]*?\btype=\"(\w+)\"")
_OLD_FORMAT = re.compile(r"^\[gd_(?:scene|resource)\b[^\]]*\bformat=([12])\b")


def check_scene(file: str, text: str, project: Project) -> Iterator[Fault]:
    """The faults of one scene or resource, by line."""
    known = project.free
    for number, line in enumerate(text.split("\n"), start=1):
        if old := _OLD_FORMAT.match(line):
            said = f"format={old[1]} is Godot 3; Godot 4 writes format=3 and string ids"
            yield Fault(file, number, "godot-3", said)
        found = _SECTION.match(line)
        if found is None or found[1] in known:
            continue
        modern_name = modern().classes.get(found[1], "")
        if modern_name or not project.unsure:
            better = advice(found[1], modern_name, project.names.classes)
            said = f"the class {found[1]} does not exist in Godot {project.names.version}{better}"
            yield Fault(file, number, "godot-3" if modern_name else "unknown-class", said)
