"""Fingerprints: a finding's name, which stays the same when its line moves or is indented anew."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from gastown.rigs.scan.finding import Hit
from gastown.rigs.scan.source import Source

_LENGTH = 16  # hexadecimal digits: two of a million findings meet by chance once in 10^7 rigs


def normalised(line: str) -> str:
    """A line as it counts: runs of white space are one blank."""
    return " ".join(line.split())


def anchor_of(line: str) -> str:
    """A digest of a line as it counts."""
    return _digest(normalised(line))


def fingerprint(rule: str, file: str, line: str, occurrence: int) -> str:
    """Of rule, file, text of the line, and which of the equal ones in that file it is (from 0)."""
    return _digest(rule, file, normalised(line), str(occurrence))


def fingerprints(scanner: str, hits: Sequence[Hit], source: Source) -> list[str]:
    """One for each of a scanner's hits in a file, equal ones counted from the top."""
    seen = Counter[tuple[str, str]]()
    found: dict[int, str] = {}
    for place in sorted(range(len(hits)), key=lambda at: (hits[at].line, at)):
        hit = hits[place]
        text = source.line(hit.line)
        same = (hit.rule, normalised(text))
        found[place] = fingerprint(f"{scanner}/{hit.rule}", hit.file, text, seen[same])
        seen[same] += 1
    return [found[place] for place in range(len(hits))]


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:_LENGTH]
