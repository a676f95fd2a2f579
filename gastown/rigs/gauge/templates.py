"""Export templates: where an engine's are, and which file a preset is built from."""

import re
import subprocess
from pathlib import Path

from gastown.rigs.gauge.presets import Preset

PLACE = Path(".local", "share", "godot", "export_templates")
_VERSION = re.compile(r"^(\d+\.\d+(?:\.\d+)?\.[a-z]+\d*)(?:\.mono)?", re.MULTILINE)


def engine_version(engine: Path) -> str:
    """An engine's version as its templates' folder is called (`4.6.3.stable`); empty if it is mute.

    An official build says `4.6.3.stable.official.…`.
    """
    try:
        done = subprocess.run(
            [engine, "--headless", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _VERSION.search(done.stdout)
    return found[0] if found else ""


def find_templates(engine: Path, home: Path) -> Path | None:
    """The folder of an engine's templates by version.

    That is the person's, the one of an engine that keeps all beside itself, or the one of the
    installation that the engine belongs to.
    """
    prefix = engine.parent.parent
    places = (
        home / PLACE,
        engine.parent / "editor_data" / "export_templates",
        prefix / "share" / "godot" / "export_templates",
    )
    version = engine_version(engine)
    return next((place for place in places if (place / version).is_dir()), None)


def template_name(preset: Preset, mode: str) -> str:
    """The file that a preset is built from; empty for a platform that is not known here."""
    arch = preset.arch or "x86_64"
    threads = "" if preset.threads else "nothreads_"
    names = {
        "Linux": f"linux_{mode}.{arch}",
        "Linux/X11": f"linux_{mode}.{arch}",
        "Windows Desktop": f"windows_{mode}_{arch}.exe",
        "Web": f"web_{threads}{mode}.zip",
        "Android": f"android_{mode}.apk",
        "macOS": "macos.zip",
        "iOS": "ios.zip",
    }
    return names.get(preset.platform, "")


def product_name(preset: Preset, name: str) -> str:
    """What a preset's product is called where nobody says."""
    ends = {
        "Linux": f"{name}.{preset.arch or 'x86_64'}",
        "Linux/X11": f"{name}.{preset.arch or 'x86_64'}",
        "Windows Desktop": f"{name}.exe",
        "Web": "index.html",
        "Android": f"{name}.apk",
    }
    return ends.get(preset.platform, f"{name}.zip")
