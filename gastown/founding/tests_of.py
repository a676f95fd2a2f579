"""tests_of: where the tests of a checkout lie that no table tells of."""

from pathlib import Path

from gastown.town.tables.gauge import GaugeTable

_EVERYWHERE = ("tests/**", "test/**")
_NODE = ("**/*.test.*", "**/*.spec.*", "**/__tests__/**")


def tests_of(gauge: GaugeTable, checkout: Path) -> tuple[str, ...]:
    """Globs of the tests, by their kind; whoever's work they judge may not write there."""
    place = "" if gauge.project == "." else f"{gauge.project.strip('/')}/"
    found = [*_EVERYWHERE, f"{place}tests/**", f"{place}test/**"]
    if gauge.kind.startswith("godot-"):
        found += [f"{place}{root.removeprefix('res://')}/**" for root in gauge.tests]
    if gauge.kind == "npm":
        found += _NODE
    if gauge.kind == "pytest" and not (checkout / place / "tests").is_dir():
        found += ["**/test_*.py", "**/*_test.py"]
    return tuple(dict.fromkeys(found))
