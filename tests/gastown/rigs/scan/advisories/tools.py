"""Stand-ins for the tools: real processes that say what the real ones were seen to say."""

import json
import sys
from pathlib import Path
from typing import Any

_BODY = """\
#!{python}
import json, os, pathlib, sys
if "--version" in sys.argv:
    print({version!r})
    sys.exit(0)
seen = {{name.name: name.read_text() for name in pathlib.Path(".").iterdir()}}
pathlib.Path({log!r}).write_text(json.dumps({{"argv": sys.argv[1:], "files": seen,
    "env": sorted(os.environ)}}))
print({said!r})
sys.exit({status})
"""


def tool(folder: Path, name: str, said: Any, *, status: int = 0, version: str = "x 1.2") -> str:
    """A program that says one thing; what it was given is kept beside it: `given`."""
    path = folder / name
    text = said if isinstance(said, str) else json.dumps(said)
    log = str(path.with_suffix(".log"))
    body = _BODY.format(python=sys.executable, version=version, log=log, said=text, status=status)
    path.write_text(body)
    path.chmod(0o755)
    return str(path)


def given(program: str) -> dict[str, Any]:
    """Arguments, files and names of the environment that a stand-in got."""
    return json.loads(Path(program).with_suffix(".log").read_text())
