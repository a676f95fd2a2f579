"""The child process that runs detect-secrets: names of files in, secrets with their lines out.

detect-secrets keeps its settings in one global, so two scans in one process would mix them up.
Allow-list comments are not honoured: whoever plants a secret can plant the comment too.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

NOT_USED = (
    "detect_secrets.filters.allowlist.is_line_allowlisted",
    "detect_secrets.filters.heuristic.is_lock_file",  # these three pass over whole files unseen;
    "detect_secrets.filters.heuristic.is_non_text_file",  # which files there are was decided
    "detect_secrets.filters.heuristic.is_swagger_file",
)


def reveal(names: Iterable[str]) -> list[dict[str, Any]]:
    """Every secret in the files of the working directory, in clear. Nothing is verified online."""
    with default_settings() as settings:
        settings.disable_filters(*NOT_USED)
        return [
            {"file": name, "line": one.line_number, "kind": one.type, "secret": one.secret_value}
            for name in names
            for one in scan_file(name)
        ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(reveal(json.loads(sys.stdin.read()))))
