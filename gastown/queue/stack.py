"""stack: requests put one on top of the other in a worktree, and made what main gets of them.

Every commit that main's first parents lead to is one that a gate was run on. A branch brings its
tests before what makes them green, and a stack is gated at its tip, so the commits in between are
not known to be green. They go to main on the second parent of one merge commit, whose tree is the
tip's; a stack of a single commit is that commit itself. A `linear` history has no merge commits,
and is known to be green only where a push ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gastown.queue.request import MergeRequest
from gastown.queue.terms import History
from gastown.rigs.command import git
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict, merge_in, rebase
from gastown.rigs.worktree import detached_worktree
from gastown.town.layout import RigLayout

_NAMED = 3  # beads in a subject; of more, their number


@dataclass(slots=True)
class Stack:
    """Requests on top of `base`; `heads` is each one's own newest commit there.

    What could not be put on top is in `conflicts`, and what changed nothing there in `empty`. Of
    one that was `first`, on the base itself, that is its verdict; of others it may be due to
    those below.
    """

    base: str
    tip: str
    heads: dict[str, str] = field(default_factory=dict[str, str])
    conflicts: dict[str, Conflict] = field(default_factory=dict[str, Conflict])
    empty: set[str] = field(default_factory=set[str])
    first: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class Stacker:
    """Builds stacks in the rig's refinery; what was rebased once is found again."""

    layout: RigLayout
    author: str
    _done: dict[tuple[str, str], str | Conflict] = field(
        default_factory=dict[tuple[str, str], str | Conflict]
    )

    def stack(self, base: str, requests: Sequence[MergeRequest]) -> Stack:
        """Put them on top of each other, in this order. Raises GitError."""
        made = Stack(base, base)
        for request in requests:
            if made.tip == base:
                made.first.add(request.id)
            put = self._put(request, made.tip)
            if isinstance(put, Conflict):
                made.conflicts[request.id] = put
            elif put == made.tip or self._is_empty(request, made.tip, put):
                made.empty.add(request.id)
            else:
                made.heads[request.id] = made.tip = put
        return made

    def _is_empty(self, request: MergeRequest, tip: str, put: str) -> bool:
        """Whether it changes nothing there; a merge is to bring its commits all the same."""
        return not request.keep and not Repo(self.layout.canonical).changed_files(tip, put)

    def _put(self, request: MergeRequest, onto: str) -> str | Conflict:
        known = self._done.get((request.tip, onto))
        if known is None:
            known = self._done[request.tip, onto] = self._made(request, onto)
        return known

    def _made(self, request: MergeRequest, onto: str) -> str | Conflict:
        start = onto if request.keep else request.tip
        repo = Repo(detached_worktree(self.layout, self.layout.refinery, start))
        if request.keep:
            conflict = merge_in(repo, request.tip, f"Merge {request.branch}", self.author)
        else:
            conflict = rebase(repo, onto, self.author)
        return conflict or repo.head()

    def commit(self, stack: Stack, requests: Sequence[MergeRequest], history: History) -> str:
        """The one commit that main gets on its first parent; its tree is the stack's tip's."""
        repo = Repo(self.layout.canonical)
        if history == "linear" or repo.find(f"{stack.tip}^1") == stack.base:
            return stack.tip
        tree = ("commit-tree", f"{stack.tip}^{{tree}}", "-p", stack.base, "-p", stack.tip)
        said = git(repo.path, *tree, "-F", "-", author=self.author, stdin=_message(requests))
        return said[1].strip()


def _message(requests: Sequence[MergeRequest]) -> str:
    names = [one.bead for one in requests]
    many = f"{len(names)} branches" if len(names) > _NAMED else ", ".join(names)
    listed = "\n".join(f"- {one.bead} from {one.branch}" for one in requests)
    return f"Merge {many}\n\nGated together at this commit:\n{listed}\n"
