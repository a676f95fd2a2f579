"""Pack: a worktree's files in one text, for a model that has no tools to read them.

A file is shown whole, or its head is, and the text says so; nothing is ever left out silently.
"""

from collections.abc import Iterable, Sequence

from gastown.agents.brief import material
from gastown.agents.globs import matches
from gastown.agents.paths import Fence
from gastown.agents.protocols import Pack
from gastown.errors import PathRefusedError

MIN_HEAD = 600  # characters below which the head of a file tells nothing
MAX_NAMES = 60


def pack_files(fence: Fence, focus: tuple[str, ...], chars: int) -> Pack:
    """Focus files first, then writable ones, then the rest; names of what is not shown."""
    files = list(fence.files())
    names = _names(files, chars // 4)
    shown, left = [names], chars - len(names)
    for file in _by_want(fence, focus, files):
        text = _shown(fence, file, left, head=matches(file, focus))
        shown.append(text)
        left -= len(text) + 2
    return Pack("\n\n".join(filter(None, shown)), tuple(files))


def _by_want(fence: Fence, focus: tuple[str, ...], files: Iterable[str]) -> list[str]:
    def want(file: str) -> int:
        if matches(file, focus):
            return 0
        return 1 if fence.may_write(file) else 2

    return sorted(files, key=want)


def _shown(fence: Fence, file: str, room: int, *, head: bool) -> str:
    """The file, its head if that is asked for and all that fits, or nothing."""
    try:
        text = fence.read(file)
    except PathRefusedError:
        return ""
    whole = material(file, text)
    if len(whole) <= room:
        return whole
    lines = text[: max(0, room - 200)].split("\n")[:-1]
    cut = "\n".join(lines)
    if not head or len(cut) < MIN_HEAD:
        return ""
    return material(f"{file}, lines 1 to {len(lines)} of {text.count(chr(10)) + 1}", cut)


def _names(files: Sequence[str], room: int) -> str:
    kept: list[str] = []
    for file in files[:MAX_NAMES]:
        if sum(map(len, kept)) + len(file) > room:
            break
        kept.append(file)
    more = f"\n… and {len(files) - len(kept)} more" if len(kept) < len(files) else ""
    return material("files", "\n".join(kept) + more)
