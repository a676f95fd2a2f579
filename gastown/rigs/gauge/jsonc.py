"""parse_jsonc: JSON with comments and trailing commas, as people write it by hand."""

import json
import re
from typing import Any

_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)


def parse_jsonc(text: str) -> Any:
    """The document. Raises ValueError, with line and column, where it is none."""
    for extra in (_COMMENT, _COMMA):
        # what goes leaves as many blanks and lines, so that a place in the text stays its place
        text = extra.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
