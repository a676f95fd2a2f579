"""examine and treat: what is not as it should be in a town, and mending it, with nobody disturbed.

A town at work changes while it is looked at. So what a first look finds counts only when a second
one, a moment later, finds it too; and what is mended looks once more for itself.
"""

import time
from collections.abc import Callable, Sequence

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.errors import GasTownError
from gastown.rigs.lock import file_lock
from gastown.stage import Frozen

Look = Callable[[], Scene]
Tell = Callable[[str], object]
AGAIN_S = 0.5
"""Between two looks: longer than any of the town's steps that touch two things at once."""


class Mended(Frozen):
    """A finding, and what was done about it; `failed` says why nothing could be."""

    finding: Finding
    done: str = ""
    failed: str = ""


class Examined(Frozen):
    """What stands, and what was mended."""

    findings: tuple[Finding, ...] = ()
    mended: tuple[Mended, ...] = ()


def examine(
    look: Look, checks: Sequence[Check], tell: Tell, sleep: Callable[[float], None] = time.sleep
) -> tuple[Finding, ...]:
    """Look at everything; changes nothing.

    Args:
        look: Makes a scene of this moment.
        checks: What is looked at.
        tell: Hears of each check.
        sleep: How to wait a moment.
    """
    return tuple(one.finding for check in checks for one in _found(look, check, tell, sleep))


def treat(
    look: Look, checks: Sequence[Check], tell: Tell, sleep: Callable[[float], None] = time.sleep
) -> Examined:
    """Look at everything, mend what can be, and look again at what was mended.

    One process at a time does so. What cannot be mended now is among the findings.
    """
    mended: list[Mended] = []
    left: list[Finding] = []
    with file_lock(look().town.layout.state / "doctor.lock"):
        for check in checks:
            found = _found(look, check, tell, sleep)
            tried = [_cured(one, tell) for one in found]
            mended += [one for one in tried if one.done or one.failed]
            left += [one.finding for one in (_looked(check, look()) if found else ())]
    return Examined(findings=tuple(left), mended=tuple(mended))


def _found(
    look: Look, check: Check, tell: Tell, sleep: Callable[[float], None]
) -> Sequence[Ailment]:
    tell(f"{check.name}: {check.about}")
    first = {one.finding.key for one in _looked(check, look())}
    if not first:
        return ()
    sleep(AGAIN_S)
    return [one for one in _looked(check, look()) if one.finding.key in first]


def _looked(check: Check, scene: Scene) -> Sequence[Ailment]:
    """What a check finds; that it cannot look is a finding too."""
    try:
        return list(check.look(scene))
    except (GasTownError, OSError) as error:
        said = f"could not be looked at: {error}"
        return [Ailment(Finding(check=check.name, subject="", said=said, severity="error"))]


def _cured(one: Ailment, tell: Tell) -> Mended:
    if one.cure is None:
        return Mended(finding=one.finding)
    try:
        done = one.cure()
    except (GasTownError, OSError) as error:
        tell(f"  {one.finding.subject}: {error}")
        return Mended(finding=one.finding, failed=str(error))
    tell(f"  {one.finding.subject}: {done or 'was well by then'}")
    return Mended(finding=one.finding, done=done)
