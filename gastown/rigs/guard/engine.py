"""names_from: the table of names of an engine on this machine, asked of the engine itself."""

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gastown.errors import ConfigError
from gastown.rigs.guard.dump import names_of

TIMEOUT_S = 120
_API = "extension_api.json"
_XML = "modules/gdscript/doc_classes/@GDScript.xml"


def names_from(engine: Path) -> dict[str, Any]:
    """The document of `dump.names_of`. The engine runs in a folder, and a home, of its own.

    Raises:
        ConfigError: It is no Godot 4 with its editor, or did not end in time.
    """
    with TemporaryDirectory(prefix="gastown-godot-") as folder:
        place = Path(folder)
        (place / "docs").mkdir()
        _ask(engine, place, "--dump-extension-api")
        _ask(engine, place, "--doctool", str(place / "docs"))
        api, xml = place / _API, place / "docs" / _XML
        if not api.is_file() or not xml.is_file():
            raise ConfigError(f"{engine}: it tells no API: it must be Godot 4 with its editor")
        return names_of(json.loads(api.read_text(encoding="utf-8")), xml.read_text("utf-8"))


def text_of(document: dict[str, Any]) -> str:
    """The document as it is shipped: a change of the engine is a change of few lines."""
    return json.dumps(document, indent=0) + "\n"


def _ask(engine: Path, place: Path, *arguments: str) -> None:
    try:
        subprocess.run(
            [engine, "--headless", *arguments],
            cwd=place,
            env={**os.environ, "HOME": str(place), "XDG_DATA_HOME": str(place / "data")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except OSError as error:
        raise ConfigError(f"{engine}: {error.strerror or error}") from None
    except subprocess.TimeoutExpired:
        raise ConfigError(f"{engine}: did not end within {TIMEOUT_S} s") from None
