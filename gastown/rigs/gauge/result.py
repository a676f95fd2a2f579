"""GaugeResult: what the Gauger says of one commit of a repository: its tests, then its builds."""

from collections.abc import Iterator

from pydantic import Field

from gastown.rigs.gauge.build import Build
from gastown.rigs.report import TestReport
from gastown.stage import Frozen

SHOWN = 50  # red cases of a page
SHOWN_CHARS = 300


class GaugeResult(Frozen):
    """Tests and builds of one commit; `folder` has the logs, reports and products."""

    name: str
    commit: str
    kind: str
    tests: TestReport
    builds: tuple[Build, ...] = Field(default=(), description="Only of what is green.")
    folder: str = ""

    @property
    def good(self) -> bool:
        """Green, and no build failed. One that was skipped says so in its line."""
        return self.tests.green and all(build.status != "failed" for build in self.builds)

    @property
    def line(self) -> str:
        """One line for the board."""
        built = sum(build.status == "built" for build in self.builds)
        more = f"; {built} of {len(self.builds)} built" if self.builds else ""
        return f"{self.name} at {self.commit[:10]}: {self.tests.line}{more}"

    def markdown(self) -> str:
        """A page for Prefect's UI. What a test printed is fenced, so that it stays text."""
        return "\n".join(self._page()) + "\n"

    def _page(self) -> Iterator[str]:
        yield f"# {self.name} at `{self.commit[:10]}`: {'green' if self.good else 'not green'}"
        yield f"\n{self.tests.line}, {self.tests.seconds:.1f} s, kind `{self.kind}`"
        if self.tests.problems:
            yield "\n## Problems\n"
            yield _fenced("\n".join(self.tests.problems))
        if self.tests.red:
            yield "\n## Red\n"
            lines = [
                f"{case.file} {case.name}: {case.message[:SHOWN_CHARS]}"
                for case in self.tests.red[:SHOWN]
            ]
            lines += [f"… and {len(self.tests.red) - SHOWN} more"] * (len(self.tests.red) > SHOWN)
            yield _fenced("\n".join(lines))
        if self.builds:
            yield "\n## Builds\n"
            yield _fenced("\n".join(_told(build) for build in self.builds))
        if self.folder:
            yield f"\nLogs, reports and products: `{self.folder}`"


def _told(build: Build) -> str:
    return "\n  ".join([build.line, *filter(None, [build.product]), *build.problems[1:]])


def _fenced(text: str) -> str:
    """Whatever the text holds, it does not end the fence."""
    longest = max((len(run) for run in text.split("\n") if set(run.strip()) == {"`"}), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
