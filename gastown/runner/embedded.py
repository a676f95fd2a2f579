"""`python -m gastown.runner.embedded`: llama.cpp's server out of its wheel, flags as llama-server.

One server of one model on loopback, in a process of its own: what crashes in it takes nothing else
along. It knows the flags that `gastown.runner.argv` writes, and no others.
"""

import argparse
import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gastown.machine.load import KV_TYPES

_STOP_S = 5.0  # its own stop waits for running requests, for ever: then the kernel ends it


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 1 when the server does not start (its reason is on stderr)."""
    asked = _parser().parse_args(arguments)
    xllamacpp: Any = importlib.import_module("xllamacpp")  # it has no type stubs
    stop = threading.Event()

    def hear(_number: int, _frame: object) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    try:
        server = xllamacpp.Server(_params(xllamacpp, asked))
    except RuntimeError as error:
        sys.stderr.write(f"not started: {error}\n")
        return 1
    while not stop.wait(1):
        pass
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, _STOP_S)
    del server
    sys.stderr.flush()
    os._exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="embedded", allow_abbrev=False)
    add = parser.add_argument
    add("--model", required=True)
    add("--alias", required=True)
    add("--host", default="127.0.0.1")
    add("--port", type=int, required=True)
    add("--ctx-size", type=int, required=True)
    add("--parallel", type=int, default=1)
    add("--n-gpu-layers", type=int, default=0)
    add("--cache-type-k", choices=KV_TYPES, default="q8_0")
    add("--cache-type-v", choices=KV_TYPES, default="q8_0")
    add("--flash-attn", choices=("on", "off", "auto"), default="on")
    add("--threads", type=int, default=1)
    add("--threads-batch", type=int, default=1)
    add("--ubatch-size", type=int, default=512)
    add("--cache-ram", type=int, default=0)
    add("--api-key-file", type=Path)
    add("--metrics", action="store_true")
    add("--no-ui", action="store_true")
    return parser


def _params(xllamacpp: Any, asked: argparse.Namespace) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = asked.model, {asked.alias}
    params.hostnames, params.port = [asked.host], asked.port
    params.n_ctx, params.n_parallel = asked.ctx_size, asked.parallel
    params.n_gpu_layers, params.n_ubatch = asked.n_gpu_layers, asked.ubatch_size
    params.cache_type_k = getattr(xllamacpp.ggml_type, f"GGML_TYPE_{asked.cache_type_k.upper()}")
    params.cache_type_v = getattr(xllamacpp.ggml_type, f"GGML_TYPE_{asked.cache_type_v.upper()}")
    flash = {"on": "ENABLED", "off": "DISABLED", "auto": "AUTO"}[asked.flash_attn]
    kinds = xllamacpp.llama_flash_attn_type
    params.flash_attn_type = getattr(kinds, f"LLAMA_FLASH_ATTN_TYPE_{flash}")
    params.cpuparams.n_threads = asked.threads
    params.cpuparams_batch.n_threads = asked.threads_batch
    params.cache_ram_mib, params.endpoint_metrics = asked.cache_ram, asked.metrics
    params.ui, params.fit_params = not asked.no_ui, False
    if asked.api_key_file:
        params.api_keys = asked.api_key_file.read_text(encoding="utf-8").split()
    return params


if __name__ == "__main__":
    sys.exit(main())
