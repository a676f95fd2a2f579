"""Edits: put a replacement where a model meant it, or say why not and what stands there instead.

Forgiving about indentation that was lost or came as spaces; strict about everything that would
damage a file: a place that is unknown or ambiguous, and code left out ("... rest unchanged").
"""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence

_LEFT_OUT = r"(?:rest|existing|unchanged|remaining|previous|other|omitted|same\ as|keep)\b"
_ELIDED = re.compile(
    rf"""(?P<mark>\#|//|--|;|/\*|<!--)?\s*[(\[<]?\s*
    (?: (?:\.{{3}}|…)[^\w]*(?:the\ )?(?:\w+\ )?{_LEFT_OUT}.*
      | (?(mark)(?:the\ )?{_LEFT_OUT}.*(?:\.{{3}}|…)\W*|(?!))
      | (?(mark)(?:\.{{3}}|…)\W*|(?!)) )""",
    re.VERBOSE | re.IGNORECASE,
)
_NEAR_LINE = 0.5  # less alike than this, a line is no help
_NEAR_PATH = 0.85
_TELLING = 20  # characters of a replacement that make "it is already there" more than chance


class EditError(Exception):
    """Raised when an edit cannot be made; nothing was changed."""


def replace(content: str, search: str, replacement: str) -> str:
    """`content` with the one place that reads `search` replaced; unchanged if it already was.

    Raises:
        EditError: The place is unknown (the nearest line is named) or not the only one, or the
            replacement leaves code out.
    """
    text, wanted, new = _unix(content), _unix(search), _unix(replacement)
    if not wanted.strip():
        raise EditError("the search text is empty; give the lines to replace")
    refuse_elided(new, text)
    result = _replaced(text, wanted, new)
    return result.replace("\n", "\r\n") if "\r\n" in content else result


def refuse_elided(text: str, before: str = "") -> None:
    """Raise EditError if a line of `text` that `before` has not stands for code left out."""
    known = {line.strip() for line in before.split("\n")}
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if bare not in known and _ELIDED.fullmatch(bare):
            raise EditError(
                f"line {number} ({bare!r}) leaves code out; write every line, or change only the "
                f"lines that differ"
            )


def near_path(path: str, files: Iterable[str]) -> str:
    """The file that `path` means: itself, the only one that ends like it, or one spelt alike."""
    bare, known = path.strip().strip("`*\"'").removeprefix("./").lstrip("/"), list(files)
    if bare in known:
        return bare
    ends = [file for file in known if file.endswith(f"/{bare}") or bare.endswith(f"/{file}")]
    alike = difflib.get_close_matches(bare, known, n=2, cutoff=_NEAR_PATH)
    return next((found[0] for found in (ends, alike) if len(found) == 1), bare)


def _replaced(text: str, wanted: str, new: str) -> str:
    """Try from the strictest reading to the most forgiving; the first that finds a place counts."""
    lines, block = _lines(text), _lines(wanted)
    if wanted.strip() in new and _stands(lines, new):
        return text
    at = _only(_places(lines, block, str.rstrip), block)
    if at is not None:
        return _spliced(text, lines, at, block, _lines(new))
    inline = wanted.strip("\n")
    block, fresh = _lines(inline), _lines(new.strip("\n"))
    at = _only(_places(lines, block, str.strip), block)
    if at is not None:
        there = lines[at : at + len(block)]
        return _spliced(text, lines, at, block, _indented(fresh, block, there))
    match text.count(inline):
        case 0:
            pass
        case 1:
            return text.replace(inline, new.strip("\n"))
        case many:
            raise EditError(f"{inline!r} stands at {many} places; give the whole lines around one")
    if _stands(lines, new):
        return text
    raise EditError(_unknown(lines, block))


def _spliced(
    text: str, lines: Sequence[str], at: int, block: Sequence[str], new: Sequence[str]
) -> str:
    result = [*lines[:at], *new, *lines[at + len(block) :]]
    return "\n".join(result) + ("\n" if text.endswith("\n") and result else "")


def _places(lines: Sequence[str], block: Sequence[str], key: Callable[[str], str]) -> list[int]:
    """Where the lines of `block` stand in a row, compared by `key`."""
    have, want = [key(line) for line in lines], [key(line) for line in block]
    span = len(want)
    return [at for at in range(len(have) - span + 1) if have[at : at + span] == want]


def _stands(lines: Sequence[str], new: str) -> bool:
    """Whether the replacement is in the file already: models repeat edits that were made."""
    telling = len("".join(new.split())) >= _TELLING
    return telling and bool(_places(lines, _lines(new.strip("\n")), str.rstrip))


def _only(places: Sequence[int], block: Sequence[str]) -> int | None:
    if len(places) > 1:
        where = ", ".join(str(at + 1) for at in places[:5])
        raise EditError(
            f"{block[0].strip()!r} … stands at lines {where}; add lines around it so that the "
            f"search text names one place"
        )
    return places[0] if places else None


def _indented(new: Sequence[str], block: Sequence[str], there: Sequence[str]) -> list[str]:
    """`new` with the indentation that the file has where the model wrote another."""
    levels: dict[str, str] = {}
    for said, real in zip(block, there, strict=True):
        if said.strip() and levels.setdefault(_indent(said), _indent(real)) != _indent(real):
            raise EditError(
                f"the indentation is lost; copy the lines exactly as they are, like {real!r}"
            )
    return [_reindented(line, levels) if line.strip() else "" for line in new]


def _reindented(line: str, levels: dict[str, str]) -> str:
    own = _indent(line)
    known = max((said for said in levels if own.startswith(said)), key=len, default=None)
    if known is None:  # shallower than all that was searched for: keep the difference
        shallow = min(levels, key=len)
        cut = _tabbed(shallow[len(own) :], levels)
        return levels[shallow].removesuffix(cut) + line.lstrip()
    return levels[known] + _tabbed(own[len(known) :], levels) + line.lstrip()


def _tabbed(deeper: str, levels: dict[str, str]) -> str:
    """`deeper` as the file would indent it: tabs where it has tabs and the model wrote spaces."""
    spaces = [said for said in levels if said and not said.strip(" ")]
    if "\t" in "".join(levels.values()) and deeper and not deeper.strip(" "):
        step = min((len(said) for said in spaces), default=4)
        return "\t" * max(1, len(deeper) // min(step, 4))
    return deeper


def _unknown(lines: Sequence[str], block: Sequence[str]) -> str:
    """Name the line most like the longest one searched for."""
    longest = max((line.strip() for line in block), key=len)
    bare = [line.strip() for line in lines]
    near = difflib.get_close_matches(longest, bare, n=1, cutoff=_NEAR_LINE)
    if not near:
        return f"no line like {longest!r} is in the file; read it again"
    at = bare.index(near[0])
    missing = next((line.strip() for line in block if line.strip() not in bare), longest)
    return f"{missing!r} is not in the file; the nearest line is {at + 1}: {lines[at]!r}"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
