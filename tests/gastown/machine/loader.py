"""Run on its own: load a model with xllamacpp, which says its buffers' sizes on stderr."""

import importlib
import socket
import sys


def main(model: str, ctx: int, slots: int, ubatch: int, kinds: tuple[str, str]) -> None:
    """Load with flash attention on one thread, as the town does, but for no request."""
    x = importlib.import_module("xllamacpp")
    p = x.CommonParams()
    p.model.path, p.n_ctx, p.n_parallel = model, ctx * slots, slots
    p.cache_type_k, p.cache_type_v = (
        getattr(x.ggml_type, f"GGML_TYPE_{kind.upper()}") for kind in kinds
    )
    p.n_ubatch = ubatch
    p.flash_attn_type = x.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 1
    p.verbosity, p.warmup, p.ui, p.cache_ram_mib = 4, False, False, 0
    p.hostnames, p.port = ["127.0.0.1"], _free_port()
    x.Server(p)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    _ctx, _slots, _ubatch = (int(figure) for figure in sys.argv[2:5])
    main(sys.argv[1], _ctx, _slots, _ubatch, (sys.argv[5], sys.argv[6]))
