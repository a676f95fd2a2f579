"""What runs in the jail: pytest on the rig's tests, and after them two tests of ours.

Python gets this file as text (`python -P -c TEXT TOKEN OPTIONS…`), as ours are not visible there.
With `-P` no file of the rig stands in for pytest; then the rig's folder is put where
`python -m pytest` puts it. See `canary.py` for what the two tests are good for.
"""

import os
import sys
from collections.abc import Callable, Generator
from types import ModuleType
from typing import TypeVar, cast

import pytest

N = TypeVar("N", bound=pytest.Item | pytest.Collector)


class Perch(pytest.Module):
    """A module without a file. It has the place of the rig's last test, and so the same hooks."""

    def _getobj(self) -> ModuleType:
        return ModuleType("gauge")


class Canary:
    """Runs one test that passes and one that fails, when the rig's are through.

    They use no fixture, are never shown, and change neither counts nor exit code: they are in the
    report, which is read by us.
    """

    def __init__(self, token: str) -> None:
        self.token = token

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Run ours after the loop over the rig's; not at all where that was broken off."""
        result = yield
        failed, limit = session.testsfailed, session.config.option.maxfail
        session.config.option.maxfail = 0
        try:
            self._run(session)
        finally:
            session.testsfailed, session.config.option.maxfail = failed, limit
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show nothing of ours."""
        return ("", "", "") if self.token in report.nodeid else None

    def _run(self, session: pytest.Session) -> None:
        place = session.items[-1].path if session.items else session.config.rootpath
        perch = _made(Perch, session, path=place, nodeid=f"gauge_{self.token}.py")
        for name, run in (("passes", _passes), ("fails", _fails)):
            item = _made(pytest.Function, perch, name=f"{name}_{self.token}", callobj=run)
            item.fixturenames = []  # the rig's own for every test would be set up once more
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _made(kind: type[N], parent: pytest.Collector, **known: object) -> N:
    """A node of pytest's, whose own way to make one is hardly typed."""
    make = cast("Callable[..., N]", kind.from_parent)
    return make(parent, **known)


def _passes() -> None:
    """Nothing is wrong here."""


def _fails() -> None:
    raise AssertionError("as it must")


def _main() -> int:
    token, options = sys.argv[1], sys.argv[2:]
    sys.argv[1:] = options
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path holds strings
    return pytest.main(options, plugins=[Canary(token)])


if __name__ == "__main__":
    sys.exit(_main())
