"""A model of the town's own: a file, and a program that stands in for `llama-server`."""

import shlex
import sys
from pathlib import Path
from typing import Any

from tomlkit import TOMLDocument

from gastown.town.edit import Change
from tests.chaos import llama
from tests.gastown.machine.published import Model, metadata_of, tensors_of, write

SMALL = Model("qwen2", layers=2, width=256, inner=512, heads=4, kept=2, head=64, vocabulary=512)
FILE, PROGRAM = "scripted.gguf", "llama-server"


def own_model(folder: Path, endpoint: str, row: dict[str, Any]) -> Change:
    """Let the row `rehearsal` be a file in `folder` whose server says what the endpoint says.

    Four sessions may use it at once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, program = folder / FILE, folder / PROGRAM
    write(file, metadata_of(SMALL), tensors_of(SMALL))
    Path(f"{file}.url").write_text(endpoint, encoding="utf-8")
    line = shlex.join([sys.executable, "-I", "-S", str(Path(llama.__file__))])
    program.write_text(f'#!/bin/sh\nexec {line} "$@"\n', encoding="utf-8")
    program.chmod(0o755)

    def change(document: TOMLDocument) -> None:
        served = {"file": str(file), "slots": 4, "cores": 1, "drain_s": 2}
        document["local"] = {"runner": "llama-server", "llama_server": str(program)}
        document["models"] = {"rehearsal": {**row, "local": served}}

    return change
