"""NAME=VALUE arguments, for the variables of a formula."""

from collections.abc import Sequence

from gastown.errors import GasTownError


def parse_values(pairs: Sequence[str]) -> dict[str, str]:
    """The values by name. Raises GasTownError for one without a name, or a name given twice."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise GasTownError(f"--set {pair}: write NAME=VALUE")
        if name in values:
            raise GasTownError(f"--set {name}: given twice")
        values[name] = value
    return values
