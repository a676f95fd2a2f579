"""forms: the answers in an issue that was written with a GitHub issue form."""

import re
from collections.abc import Mapping

_HEADING = re.compile(r"^### (.{1,80})$", re.MULTILINE)
_EMPTY = frozenset({"", "_no response_", "none", "n/a"})
_FIELDS = 12
_CHARS = 2_000


def form_fields(text: str) -> Mapping[str, str]:
    """Each `### Heading` with what stands under it; nothing for a text that is no form.

    A form begins with its first heading. Answers that are none are left out.
    """
    if not text.lstrip().startswith("### "):
        return {}
    parts = _HEADING.split(text.lstrip())
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    told = ((name.strip().lower(), _bare(said)) for name, said in pairs)
    return dict([(name, said) for name, said in told if said.lower() not in _EMPTY][:_FIELDS])


def _bare(said: str) -> str:
    """An answer without the code fence that a form puts around logs."""
    text = said.strip()
    lines = text.split("\n")
    fenced = len(lines) > 1 and lines[0].startswith("```") and lines[-1].strip() == "```"
    return ("\n".join(lines[1:-1]) if fenced else text)[:_CHARS].strip()
