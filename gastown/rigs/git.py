"""Repo: a working tree and the verbs that the town needs of git."""

import re
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import GitError, PushRejectedError
from gastown.rigs.command import NETWORK_S, git
from gastown.rigs.commit import LOG_FORMAT, Commit, as_message, parse_log
from gastown.rigs.lock import file_lock
from gastown.rigs.stale import OURS, clear_stale_locks
from gastown.rigs.text import printable

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOVED_ON = (
    "fetch first",
    "non-fast-forward",
    "stale info",
    "cannot lock ref",
    "incorrect old value",
)
_NO_ATTRIBUTES = "attr.tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's name of no files


@dataclass(frozen=True, slots=True)
class Repo:
    """A working tree and what the town does with it; a value, nothing is kept open."""

    path: Path

    def run(self, *args: str, author: str = "", may_fail: Collection[int] = ()) -> tuple[int, str]:
        """Any other command: see `git`."""
        return git(self.path, *args, author=author, may_fail=may_fail)

    def ask(self, *args: str) -> str:
        """What a command prints, without white space around it."""
        return self.run(*args)[1].strip()

    def lines(self, *args: str) -> list[str]:
        """The fields of a command's output that ends each with a NUL (`-z`)."""
        return [field for field in self.run(*args)[1].split("\0") if field]

    def folders(self) -> tuple[Path, Path]:
        """This tree's own index and HEAD, and the repository that all trees of a clone share."""
        told = self.ask("rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir")
        own, common = told.split("\n")
        return Path(own), Path(common)

    @contextmanager
    def shared(self) -> Generator[None]:
        """Hold what concurrent fetches, pushes and worktree changes of one clone would break."""
        with file_lock(self.folders()[1] / OURS):
            yield

    def find(self, name: str) -> str | None:
        """Commit id of a branch, tag or any other name; None when there is none."""
        status, out = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}",
            may_fail=(1, 128),
        )  # fmt: skip
        return None if status else out.strip()

    def rev(self, name: str) -> str:
        """Commit id of a name, an id taken at its word. Raises GitError when there is none."""
        if _ID.fullmatch(name):
            return name
        found = self.find(name)
        if found is None:
            raise GitError(f"{self.path}: git knows no commit {name!r}")
        return found

    def head(self) -> str:
        """Commit id of what is checked out."""
        return self.rev("HEAD")

    def branch(self) -> str:
        """Name of the branch that is checked out; empty when none is."""
        return self.run("symbolic-ref", "--short", "--quiet", "HEAD", may_fail=(1,))[1].strip()

    def branch_exists(self, name: str) -> bool:
        """Whether there is a local branch of that name."""
        return self.find(f"refs/heads/{name}") is not None

    def status(self) -> list[str]:
        """Paths that differ from HEAD, untracked ones included, ignored ones not."""
        entries = self.lines(
            "status",
            "--porcelain",
            "-z",
            "--untracked-files=all",
            "--no-renames",
            "--ignore-submodules=dirty",
        )
        return [entry[3:] for entry in entries]

    def files(self, rev: str = "HEAD") -> list[str]:
        """Every tracked path of a commit."""
        return self.lines("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.rev(rev))

    def show_file(self, rev: str, path: str) -> str | None:
        """Text of a file as a commit has it; None when it has none."""
        status, out = self.run("show", f"{self.rev(rev)}:{path}", may_fail=(128,))
        return None if status else printable(out)

    def show_staged(self, path: str) -> str | None:
        """Text of a file as the index has it; None when it has none."""
        status, out = self.run("show", f":{path}", may_fail=(128,))
        return None if status else printable(out)

    def changed_files(self, base: str, tip: str = "HEAD") -> list[str]:
        """Paths that differ between two commits; a rename is two."""
        args = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff")
        return self.lines(*args, self.rev(base), self.rev(tip), "--")

    def compare(self, *args: str) -> str:
        """`git diff ARGS` between two trees, as in a repository without a working tree.

        There no `.gitattributes` counts, which could call a change binary and so hide it.
        """
        bare = ("-C", str(self.folders()[0]), "--bare", "-c", _NO_ATTRIBUTES)
        return self.run(*bare, "diff", *args)[1]

    def embedded(self) -> list[str]:
        """Folders that are repositories of their own; git would start git in them.

        Their configuration can start programs, and an agent may have written it.
        """
        others = self.lines("ls-files", "--others", "--exclude-standard", "-z")
        entries = (entry.split("\t", 1) for entry in self.lines("ls-files", "--stage", "-z"))
        modules = [path for mode, path in entries if mode.startswith("160000")]
        inner = [path for path in modules if (self.path / path / ".git").exists()]
        return sorted({*inner, *(path.rstrip("/") for path in others if path.endswith("/"))})

    def stage(self, paths: Collection[str] = ()) -> None:
        """Put everything that differs (or just `paths`) into the index.

        Raises:
            GitError: A folder is a repository of its own.
        """
        inner = self.embedded()
        if inner:
            raise GitError(f"{self.path / inner[0]} is a git repository of its own; remove it")
        self.run("add", "--all", "--", *(paths or ["."]))

    def commit_all(self, message: str, author: str, paths: Iterable[str] = ()) -> str:
        """Commit everything that differs (or just `paths`); the commit, or HEAD if nothing does."""
        chosen = list(paths)
        self.stage(chosen)
        staged = self.run("diff", "--cached", "--quiet", "--", *chosen, may_fail=(1,))[0]
        if staged:
            args = ("commit", "--quiet", "--file=-", "--", *chosen)
            git(self.path, *args, author=author, stdin=as_message(message))
        return self.head()

    def discard(self) -> None:
        """Throw away every change that is not committed; ignored files stay."""
        self.run("reset", "--quiet", "--hard")
        self.run("clean", "-ffdq")

    def fetch(self) -> None:
        """Learn what origin has; nothing of ours changes but `origin/…`."""
        with self.shared():
            clear_stale_locks(*self.folders())  # a killed git's would stand in the way for ever
            git(self.path, "fetch", "--quiet", "--prune", "origin", timeout_s=NETWORK_S)

    def push(self, source: str, onto: str = "") -> None:
        """Push a branch, or a commit `onto` a branch; fast-forward only, never forced.

        Raises:
            PushRejectedError: The branch at origin has commits that the source lacks.
            GitError: Origin cannot be reached, or refuses for another reason, which is named.
        """
        spec = f"{self.rev(source)}:refs/heads/{onto or source}"
        with self.shared():
            status, out = git(
                self.path, "push", "--porcelain", "origin", spec,
                may_fail=(1,), timeout_s=NETWORK_S,
            )  # fmt: skip
        if status:
            refused = " ".join(line for line in out.splitlines() if line.startswith("!")) or out
            moved_on = any(sign in refused for sign in _MOVED_ON)
            error = PushRejectedError if moved_on else GitError
            raise error(f"{self.path}: origin refused {spec}: {refused}")

    def log(self, span_of: str) -> list[Commit]:
        """Commits of a range, newest first."""
        return parse_log(self.run("log", *LOG_FORMAT, "--end-of-options", span_of, "--")[1])

    def find_trailer(self, key: str, value: str, span_of: str) -> str | None:
        """The newest commit of a range whose message ends with `key: value`."""
        found = (c.id for c in self.log(span_of) if (key.lower(), value) in c.trailers)
        return next(found, None)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether everything in `old` is in `new` too."""
        args = ("merge-base", "--is-ancestor", self.rev(old), self.rev(new))
        return self.run(*args, may_fail=(1,))[0] == 0

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both have. Raises GitError for unrelated histories."""
        return self.ask("merge-base", self.rev(one), self.rev(other))

    def cherry_pick(self, commit: str, author: str) -> str:
        """Take one commit over, author kept; the new HEAD. What is here already is skipped.

        Raises:
            GitError: It conflicts; names the files, and the tree is as before.
        """
        status, _ = self.run("cherry-pick", self.rev(commit), author=author, may_fail=(1,))
        if status:
            conflicts = self.lines("diff", "--name-only", "--diff-filter=U", "-z")
            if conflicts:
                self.run("cherry-pick", "--abort")
                raise GitError(f"{self.path}: {commit} conflicts in {', '.join(conflicts)}")
            self.run("cherry-pick", "--skip")
        return self.head()

    def delete_branch(self, name: str) -> None:
        """Remove a local branch, merged or not; one that is not there is no error."""
        if self.branch_exists(name):
            self.run("branch", "--quiet", "-D", "--", name)

    def delete_at_origin(self, name: str) -> None:
        """Remove a branch at origin; what is gone, or what origin's rules protect, is no error."""
        self.fetch()
        if self.find(f"refs/remotes/origin/{name}") is not None:
            spec = f":refs/heads/{name}"
            with self.shared():
                git(
                    self.path, "push", "--quiet", "origin", spec, may_fail=(1,), timeout_s=NETWORK_S
                )
