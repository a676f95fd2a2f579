"""invented: commits and beads that a text names, and that nobody told its writer of."""

import re

_COMMIT = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b")


def invented(text: str, known: str, prefix: str) -> tuple[str, ...]:
    """What looks like a commit, or like a bead of the prefix, and is not in `known`, in order."""
    bead = re.compile(rf"\b{re.escape(prefix)}-[a-z0-9]{{3,}}(?:\.\d+)*\b")
    named = [found[0] for found in (*_COMMIT.finditer(text), *bead.finditer(text))]
    return tuple(dict.fromkeys(name for name in named if name not in known))
