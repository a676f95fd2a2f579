"""`town doctor`: what killed processes left behind, and mending it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table, tell
from gastown.doctor.all import named
from gastown.doctor.examine import Examined, Mended, examine, treat
from gastown.doctor.finding import Finding
from gastown.doctor.scene import Scene
from gastown.errors import ConfigError, GasTownError, JsonlError
from gastown.town.engine import api_url
from gastown.town.town import Town

_CHECKS = Annotated[tuple[str, ...], Parameter(name="--check")]


def doctor(*, fix: bool = False, check: _CHECKS = (), options: Options = PLAIN) -> int:
    """Look for what killed processes left behind; exit code 1 when something is found.

    Nothing is changed without --fix. With it nothing is taken from a living process, and work that
    is not on main is kept under refs/rescue/ of its rig. A second run finds nothing more to do.

    Args:
        fix: Mend what can be mended; exit code 1 when something is left.
        check: Only this one; may be repeated. [default: all]
    """
    checks = named(check)
    try:
        town = Town.open(options.root)
    except (ConfigError, JsonlError) as error:
        return _shown(options, Examined(findings=(_unreadable(options.root, error),)), fix=fix)
    keys = _keys_of(town)

    def look() -> Scene:
        return Scene(Town.open(town.root), keys=lambda: keys)

    if fix:
        return _shown(options, treat(look, checks, tell), fix=True)
    return _shown(options, Examined(findings=examine(look, checks, tell)), fix=False)


def _unreadable(root: Path, error: GasTownError) -> Finding:
    return Finding(check="settings", subject=str(root), said=str(error), severity="error")


def _keys_of(town: Town) -> frozenset[str] | None:
    """Names of the keys that the town's server keeps; None where it is down or nobody needs one."""
    url = api_url(town.layout, town.config)
    if url is None or not any(row.key for row in town.config.models.values()):
        return None
    from gastown.cli.prefect import use_engine

    use_engine(town, url)
    from blocks.engine import connected
    from blocks.keys import saved_keys

    try:
        with connected(town.layout, url):
            return frozenset(one.name for one in saved_keys())
    except GasTownError as error:
        tell(f"keys: the server cannot be asked: {error}")
        return None


def _shown(options: Options, found: Examined, *, fix: bool) -> int:
    columns = ("check", "subject", "severity", "what is wrong", "mend" if not fix else "what to do")
    rows = [_row(one) for one in found.findings]
    lines: list[Any] = [table("findings", columns, rows)]
    if fix:
        lines.insert(0, table("mended", ("check", "subject", "done"), _done(found.mended)))
    lines.append(_summary(found, fix=fix))
    show(options, found.model_dump(mode="json"), *lines)
    return int(bool(found.findings))


def _row(one: Finding) -> tuple[str, ...]:
    mend = f"--fix: {one.mend}" if one.mend else one.advice or "a person must look"
    return one.check, one.subject, one.severity, one.said, mend


def _done(mended: Sequence[Mended]) -> list[tuple[str, str, str]]:
    return [
        (one.finding.check, one.finding.subject, one.done or f"not mended: {one.failed}")
        for one in mended
    ]


def _summary(found: Examined, *, fix: bool) -> str:
    count = len(found.findings)
    if not count:
        return "all is well"
    mendable = sum(bool(one.mend) for one in found.findings)
    left = f"{count} found" + (" that --fix did not mend" if fix else "")
    return (
        left if fix or not mendable else f"{left}, {mendable} of them mended by: town doctor --fix"
    )
