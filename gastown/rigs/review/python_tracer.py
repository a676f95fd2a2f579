"""What runs in the jail: pytest on the rig's tests, noting which lines of some files are run.

Python gets this file as text (`python -P -c TEXT TOLD FILES OPTIONS…`), as the gauge's canary. TOLD
is the file to write, FILES a JSON list of the paths that count. Processes that the tests start are
not followed.
"""

import json
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import pytest


class Tracer:
    """Notes lines; of files that do not count nothing but each call is seen."""

    def __init__(self, files: list[str]) -> None:
        self.lines: dict[str, set[int]] = {file: set() for file in files}
        self._known: dict[str, set[int] | None] = {}

    def start(self) -> None:
        """Trace from here on, in this thread and those that start later."""
        threading.settrace(self)
        sys.settrace(self)

    def __call__(self, frame: FrameType, event: str, _: object) -> Any:
        """Python calls this for each new frame, and what it returns for each line."""
        name = frame.f_code.co_filename
        if name not in self._known:
            self._known[name] = self.lines.get(os.path.realpath(name))
        lines = self._known[name]
        if lines is None:
            return None

        def note(inner: FrameType, event: str, _: object) -> Any:
            if event == "line":
                lines.add(inner.f_lineno)
            return note

        return note(frame, event, None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Begin anew: a plugin, or a test, may have taken the trace for itself."""
        self.start()


def _main() -> int:
    told, files, options = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    sys.argv[1:] = options
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path holds strings
    tracer = Tracer([os.path.realpath(file) for file in files])
    tracer.start()
    try:
        return pytest.main(options, plugins=[tracer])
    finally:
        sys.settrace(None)
        lines = {file: sorted(seen) for file, seen in tracer.lines.items()}
        told.write_text(json.dumps(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(_main())
