"""batch: one batch of requests, carried out by whoever holds the queue's lock.

What is pushed was gated as it is pushed, and fast-forwards the target. A process killed at any
instant leaves requests without a verdict, which the next one carries out; what had reached the
target by then is recognised there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gastown.errors import GitError, MainRedError, PushRejectedError
from gastown.queue.odds import Odds, odds_of, stack_size
from gastown.queue.outcome import Gate
from gastown.queue.request import MergeRequest
from gastown.queue.requests import Requests
from gastown.queue.score import assemble
from gastown.queue.search import Convict, RedRun, Search
from gastown.queue.stack import Stack, Stacker
from gastown.queue.terms import Terms
from gastown.rigs.clone import follow
from gastown.rigs.git import Repo
from gastown.rigs.landed import landed_as
from gastown.rigs.report import TestReport
from gastown.rigs.worktree import detached_worktree
from gastown.town.layout import RigLayout

TRIES = 5
_PAST = 50  # verdicts that the odds are worked out from
_TIPS = ("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
_PROBLEM = 80  # characters by which a run's problem is known again


@dataclass(slots=True)
class Carrier:
    """Whoever holds the queue's lock, at work for all who ask."""

    layout: RigLayout
    requests: Requests
    gate: Gate
    author: str
    terms: Terms
    moved: int = 0

    def carry(self) -> None:
        """Carry out one batch: what it knows at its end, nobody need find out again.

        Raises:
            MainRedError: The target is red without any of them.
            GitError: Origin cannot be reached, or kept moving while the gate ran.
        """
        main = Repo(self.layout.canonical)
        main.fetch()
        tips = dict(line.split(" ", 1) for line in main.ask(*_TIPS).splitlines())
        waiting = [one for one in self.requests.all() if one.open]
        standing = [self._standing(one, tips.get(one.branch)) for one in waiting]
        odds = odds_of(_verdicts(self.requests.all()))
        size = stack_size(odds, self.terms.most)
        chosen = assemble([one for one in standing if one.open], self.terms.clock(), size)
        if chosen:
            _Batch(self, odds, {one.id: one for one in chosen}).run()
        self.requests.forget_old()

    def settle(self, request: MergeRequest, state: str, **facts: Any) -> None:
        """Write down a request's verdict."""
        at = self.terms.clock()
        self.requests.change(request, state=state, settled_at=at, **facts)

    def _standing(self, request: MergeRequest, found: str | None) -> MergeRequest:
        """The request, ready; withdrawn where nobody waits for that commit any more.

        `found` is the commit at which its branch is now.
        """
        if found != request.tip:
            why = f"the branch is at {found[:10]}" if found else "the branch is gone"
        elif not self.terms.held(request):
            why = f"another run took {request.step} over"
        else:
            return self.requests.change(request, state="ready")
        return self.requests.withdraw(request, why, self.terms.clock())

    def wanted(self, request: MergeRequest) -> bool:
        """Whether it may still be pushed; asked right before that."""
        found = Repo(self.layout.canonical).find(f"refs/heads/{request.branch}")
        return self._standing(self.requests.show(request.id), found).open


@dataclass(slots=True)
class _Batch:
    carrier: Carrier
    odds: Odds
    members: dict[str, MergeRequest]
    base: str = ""
    search: Search = field(default_factory=lambda: Search(()))
    advanced: bool = False
    _red: dict[str, TestReport] = field(default_factory=dict[str, TestReport])

    @property
    def _layout(self) -> RigLayout:
        return self.carrier.layout

    @property
    def _target(self) -> str:
        return next(iter(self.members.values())).target

    def run(self) -> None:
        """Until somebody has a verdict, and of the rest nothing is known that a new batch lacks."""
        self._start()
        stacker = Stacker(self._layout, self.carrier.author)
        size = len(self.members)
        while (move := self.search.next(self.odds, size)) is not None:
            if isinstance(move, Convict):
                self._convict(self.members[move.request])
            else:
                self._gate(
                    stacker, [self.members[one] for one in self.search.waiting[: move.count]]
                )
            if self.search.settled and self.advanced:
                return

    def _start(self) -> None:
        """Begin where origin's target is now; what is there already needs no gate."""
        main = Repo(self._layout.canonical)
        trunk = next(iter(self.members.values())).trunk
        there = main.find(f"refs/remotes/origin/{self._target}")
        self.base = there or main.rev(f"refs/remotes/origin/{trunk}")
        left: list[str] = []
        for request in self.members.values():
            landed = _landed(main, request, self.base)
            if landed is not None:
                self.carrier.settle(request, "contained", commit=landed)
            else:
                left.append(request.id)
        self.search = Search(tuple(left))

    def _gate(self, stacker: Stacker, chosen: Sequence[MergeRequest]) -> None:
        """Stack them, run the gate on the tip, and push it when it is green."""
        stack = stacker.stack(self.base, chosen)
        if len(stack.heads) < len(chosen):
            self._leave_out(stack)
            return
        commit = stacker.commit(stack, chosen, self.carrier.terms.history)
        for request in chosen:
            self.carrier.requests.change(request, state="testing")
        report = self._report(commit)
        if report.green:
            self._land(stack, commit, chosen, report)
            return
        if len(chosen) == 1:
            self._red[chosen[0].id] = report
        self.search = self.search.red(len(chosen), self._red_run(report, chosen))

    def _leave_out(self, stack: Stack) -> None:
        """Settle what does not fit the target itself; what does not fit others' work waits."""
        for one, conflict in stack.conflicts.items():
            if one in stack.first:
                why = f"conflicts in {', '.join(conflict.files)}"
                said = {"reason": why, "files": conflict.files, "text": conflict.text}
                self.carrier.settle(self.members[one], "conflict", **said)
        for one in stack.empty & stack.first:
            self.carrier.settle(self.members[one], "contained", commit=self.base)
        self.search = self.search.without({*stack.conflicts, *stack.empty})

    def _report(self, commit: str) -> TestReport:
        place = detached_worktree(self._layout, self._layout.refinery, commit)
        return self.carrier.gate(place)

    def _land(
        self, stack: Stack, commit: str, chosen: Sequence[MergeRequest], report: TestReport
    ) -> None:
        gone = {one.id for one in chosen if not self.carrier.wanted(one)}
        if gone:
            self.search = self.search.without(gone)
            return
        main = Repo(self._layout.canonical)
        try:
            main.push(commit, self._target)
        except PushRejectedError:
            self._move_on()
            return
        note = follow(self._layout, self._target) if self._on_trunk() else ""
        self.carrier.requests.prove(self._target, commit, green=True)
        for one in chosen:
            facts = {"commit": stack.heads[one.id], "report": report, "note": note}
            self.carrier.settle(one, "merged", reason=f"in {commit[:10]}", **facts)
        self.base, self.search = commit, self.search.green(len(chosen))
        self.advanced = True

    def _on_trunk(self) -> bool:
        return all(one.target == one.trunk for one in self.members.values())

    def _move_on(self) -> None:
        """Somebody else pushed meanwhile: the next batch begins on top of that."""
        self.carrier.moved += 1
        if self.carrier.moved == TRIES:
            branches = ", ".join(self.members[one].branch for one in self.search.waiting)
            raise GitError(
                f"{self._layout.root}: origin/{self._target} moved {TRIES} times while "
                f"{branches} was tested"
            )
        self.search, self.advanced = Search(()), True

    def _convict(self, request: MergeRequest) -> None:
        """Send one back with its own red run, once it is sure that main is green without it."""
        self._require_green_base(request)
        report = self._red[request.id]
        named = request.id in self._named(report, [request])
        facts = {"report": report, "reason": report.line, "named": named}
        self.carrier.settle(request, "red", **facts)
        self.advanced = True
        self.search = self.search.without({request.id})

    def _require_green_base(self, request: MergeRequest) -> None:
        known = self.carrier.requests.proven(self._target, self.base)
        line = "a gate run before said so"
        if known is None:
            report = self._report(self.base)
            known, line = report.green, report.line
            self.carrier.requests.prove(self._target, self.base, green=known)
        if not known:
            raise MainRedError(
                f"origin/{self._target} is red at {self.base[:10]} without {request.branch} "
                f"({line}); mend it there, then Retry"
            )

    def _red_run(self, report: TestReport, chosen: Sequence[MergeRequest]) -> RedRun:
        tests = {f"{case.file}::{case.name}" for case in report.red}
        tests |= {problem[:_PROBLEM] for problem in report.problems}
        files = len({case.file for case in report.red})
        return RedRun(frozenset(tests), self._named(report, chosen), max(1, files))

    def _named(self, report: TestReport, chosen: Sequence[MergeRequest]) -> frozenset[str]:
        """Whose change touches a file that a red test stands in."""
        files = {case.file for case in report.red}
        main = Repo(self._layout.canonical)

        def touched(request: MergeRequest) -> set[str]:
            since = main.merge_base(request.tip, self.base)
            return {*main.changed_files(since, request.tip)}

        return frozenset(one.id for one in chosen if files and files & touched(one))


def _landed(main: Repo, request: MergeRequest, base: str) -> str | None:
    found = landed_as(main, request.tip, base, request.bead)
    return found or (request.tip if main.is_ancestor(request.tip, base) else None)


def _verdicts(requests: Sequence[MergeRequest]) -> list[bool | None]:
    """The newest verdicts: None for what landed, else whether red tests named who was at fault."""
    settled = [one for one in requests if one.state in {"merged", "red"}]
    settled.sort(key=lambda one: str(one.settled_at))
    return [one.named if one.state == "red" else None for one in settled[-_PAST:]]
