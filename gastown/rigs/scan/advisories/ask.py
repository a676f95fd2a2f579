"""Which tool is asked about which lock files: osv-scanner where it is there, else each kind's own.

The tools send the names of packages to public services, and nothing else of the rig.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gastown.rigs.scan.advisories import cargo, npm, osv, pip
from gastown.rigs.scan.advisories.locks import CARGO, NPM, OTHERS, PYTHON, Lock, of_kind
from gastown.rigs.scan.child import ScannerError
from gastown.rigs.scan.finding import Heard

Find = Callable[[str], str | None]
"""A program's path by its name, None where it is not installed: `shutil.which`."""

Audit = Callable[[str, Sequence[Lock]], Heard]
_KINDS: tuple[tuple[str, str, tuple[str, ...], Audit | None], ...] = (
    (pip.NAME, "pip-audit", PYTHON, pip.audit),
    (npm.NAME, "npm", NPM, npm.audit),
    (cargo.NAME, "cargo-audit", CARGO, cargo.audit),
    (osv.NAME, osv.NAME, OTHERS, None),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One tool and the lock files that it is asked about."""

    name: str
    locks: tuple[Lock, ...]
    audit: Callable[[], Heard]


def questions(locks: Sequence[Lock], find: Find | None) -> Iterator[Question]:
    """What is to be asked. A tool that is not there is asked all the same, and says so.

    Without `find`, the rig wants no such question to leave the machine.
    """
    whole = find(osv.NAME) if find else None
    if whole and locks:
        tool = whole
        yield Question(osv.NAME, tuple(locks), lambda: osv.audit(tool, locks))
        return
    for name, program, patterns, audit in _KINDS:
        mine = of_kind(locks, patterns)
        if mine:
            yield Question(name, mine, _asked(program, mine, audit, find))


def _asked(
    program: str, locks: tuple[Lock, ...], audit: Audit | None, find: Find | None
) -> Callable[[], Heard]:
    def ask() -> Heard:
        if find is None:
            raise ScannerError("town.toml: this rig's [security] has advisories = false")
        tool = find(program) if audit else None
        if tool is None or audit is None:
            either = f"neither {program} nor {osv.NAME} is" if audit else f"{osv.NAME} is not"
            raise ScannerError(f"{either} installed")
        return audit(tool, locks)

    return ask
