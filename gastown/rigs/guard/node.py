"""node_faults: imports of JavaScript and TypeScript that lead nowhere."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from gastown.rigs.guard.finding import Fault

SUFFIXES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_MAX_BYTES = 1 << 20
_IMPORT = re.compile(
    r"^[ \t]*(?:import|export)\b[^'\";]{0,600}?\bfrom\s*['\"]([^'\"]+)['\"]"
    r"|^[ \t]*import\s*['\"]([^'\"]+)['\"]"
    r"|\b(?:require|import)\(\s*['\"]([^'\"]+)['\"]\s*\)",
    re.MULTILINE,
)
_MADE = re.compile(r"(?:^|/)(?:dist|build|generated|gen|out|pkg|public)/")  # by a build
_BUILTIN = [
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
]


def node_faults(worktree: Path, files: Iterable[str]) -> list[Fault]:
    """Every fault of these files, paths from the worktree's root, in the order of their lines."""
    found: list[Fault] = []
    for file in files:
        path = worktree / file
        plain = path.is_file() and not path.is_symlink()
        if file.endswith(SUFFIXES) and plain and path.stat().st_size <= _MAX_BYTES:
            found += _faults(worktree, file, path.read_text(encoding="utf-8", errors="replace"))
    return found


def _faults(worktree: Path, file: str, text: str) -> Iterator[Fault]:
    for match in _IMPORT.finditer(text):
        wanted = next(filter(None, match.groups())).partition("?")[0]
        start = next(i for i, group in enumerate(match.groups(), start=1) if group)
        line = text.count("\n", 0, match.start(start)) + 1
        if wanted.startswith("."):
            yield from _relative(worktree, file, line, wanted)
        else:
            yield from _package(worktree, file, line, wanted)


def _relative(worktree: Path, file: str, line: int, wanted: str) -> Iterator[Fault]:
    """A file, with its suffix or without, or a folder with an index."""
    spot = (worktree / file).parent / wanted
    bare = spot.with_suffix("") if spot.suffix in SUFFIXES else spot
    there = [spot, *(bare.parent / f"{bare.name}{suffix}" for suffix in SUFFIXES)]
    there += [spot.parent / f"{spot.name}{suffix}" for suffix in (*SUFFIXES, ".json", ".d.ts")]
    there += [spot / f"index{suffix}" for suffix in SUFFIXES]
    if not any(one.exists() for one in there):
        name = wanted.rpartition("/")[2].partition(".")[0]
        said = f"{wanted} leads to no file of this rig"
        yield Fault(file, line, "unknown-module", said, not _MADE.search(wanted), name)


def _package(worktree: Path, file: str, line: int, wanted: str) -> Iterator[Fault]:
    """A package that Node brings, that a manifest names, or that is installed."""
    parts = wanted.split("/")
    name = "/".join(parts[:2]) if wanted.startswith("@") else parts[0]
    if wanted.startswith(("node:", "#", "/", "~", "@/", "http")) or name in _BUILTIN:
        return
    for folder in (worktree / file).parents:
        manifest = folder / "package.json"
        if name in _named(manifest) or (folder / "node_modules" / name).exists():
            return
        if folder == worktree:
            break
    said = f"the package {name} is neither installed nor named by a package.json"
    yield Fault(file, line, "unknown-module", said, certain=False, name=parts[-1])


def _named(manifest: Path) -> set[str]:
    """The packages of a manifest, and its own name."""
    if not manifest.is_file():
        return set()
    try:
        data: Any = json.loads(manifest.read_text("utf-8", "replace"))
    except ValueError:
        return set()
    if not isinstance(data, dict):
        return set()
    table = cast("Mapping[str, Any]", data)
    groups = [value for key, value in table.items() if key.endswith("ependencies")]
    return {str(table.get("name", "")), *(name for one in groups for name in one)}
