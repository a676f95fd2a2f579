"""tests_of: where the tests of a repository lie that no table tells of yet."""

from pathlib import Path

from gastown.agents.globs import matches
from gastown.rigs.git import Repo
from gastown.town.tables.gauge import GaugeTable

_EVERYWHERE = ("tests/**", "test/**")
_NODE = ("**/*.test.*", "**/*.spec.*", "**/__tests__/**")


def tests_of(gauge: GaugeTable, checkout: Path) -> tuple[str, ...]:
    """Globs of the tests, by their kind; whoever's work they judge may not write there."""
    place = _place(gauge)
    found = [*_EVERYWHERE, f"{place}tests/**", f"{place}test/**"]
    if gauge.kind.startswith("godot-"):
        found += [f"{place}{root.removeprefix('res://')}/**" for root in gauge.tests]
    if gauge.kind == "npm":
        found += _NODE
    if gauge.kind == "pytest" and not (checkout / place / "tests").is_dir():
        found += ["**/test_*.py", "**/*_test.py"]
    return tuple(dict.fromkeys(found))


def tests_in(gauge: GaugeTable, checkout: Path) -> tuple[str, ...]:
    """Those of the globs that files are found by; where there is no test yet, where one would be.

    For a rig, whose table a person can read and set right: no more than it has. Raises GitError.
    """
    left, found = set(Repo(checkout).files()), list[str]()
    for glob in tests_of(gauge, checkout):
        hits = {file for file in left if matches(file, (glob,))}
        left -= hits
        found += [glob] * bool(hits)
    return tuple(found) or (f"{_place(gauge)}tests/**",)


def _place(gauge: GaugeTable) -> str:
    return "" if gauge.project == "." else f"{gauge.project.strip('/')}/"
