"""settings: keys that town.toml names and nobody saved."""

from collections.abc import Iterator

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene

NAME = "settings"


def _look(scene: Scene) -> Iterator[Ailment]:
    """That town.toml can be read is looked at before there is a scene."""
    saved = scene.keys()
    if saved is None:
        return
    for name, row in scene.town.config.models.items():
        if row.key and row.key not in saved:
            finding = Finding(
                check=NAME,
                subject=f"models.{name}.key",
                said=f"names the key {row.key!r}, and none of that name is saved",
                advice=f"town key set {row.key}",
            )
            yield Ailment(finding)


CHECK = Check(NAME, "town.toml, and the keys that it names", _look)
