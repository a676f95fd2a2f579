"""Where everything of a town lies on disk. Paths only: nothing here touches a file.

The rig's folders are Gas Town's: `mayor/rig` is the canonical clone, `polecats/<slot>` and
`refinery/rig` are worktrees of it, `crew/<name>` are a person's own full clones.
"""

from dataclasses import dataclass
from pathlib import Path

PRIVATE = ("watchdog", "spotter", "bug-scout", "oracle")


@dataclass(frozen=True, slots=True)
class RigLayout:
    """Folders of one rig."""

    root: Path

    @property
    def canonical(self) -> Path:
        """The clone that owns the object store; its branch follows origin."""
        return self.root / "mayor" / "rig"

    @property
    def beads(self) -> Path:
        """The rig's shared JSONL lives here, in the rig's own git."""
        return self.canonical / ".beads"

    @property
    def shared(self) -> Path:
        """The rig's beads as git carries them."""
        return self.beads / "issues.jsonl"

    @property
    def formulas(self) -> tuple[Path, Path]:
        """Folders of the rig's own formulas, which its git carries; they go after the town's."""
        return self.beads / "formulas", self.canonical / "formulas"

    @property
    def overlays(self) -> Path:
        """What is said here of a formula's steps, for this rig; a file hides the town's."""
        return self.root / "formula-overlays"

    @property
    def cards(self) -> Path:
        """Role cards of this rig; one that is here stands before the town's."""
        return self.root / "cards"

    @property
    def directives(self) -> Path:
        """What a role is told in this rig, after what the town tells it."""
        return self.root / "directives"

    @property
    def refinery(self) -> Path:
        """The worktree in which merges are rebased and gated, one at a time."""
        return self.root / "refinery" / "rig"

    @property
    def queue_lock(self) -> Path:
        """Held by whoever is merging."""
        return self.root / "refinery" / "queue.lock"

    @property
    def queue(self) -> Path:
        """Records of the merge queue: its requests, and whether it is paused."""
        return self.root / "refinery" / "queue"

    def polecat(self, slot: str) -> Path:
        """A polecat's worktree."""
        return self.root / "polecats" / slot

    def defender(self, convoy: str) -> Path:
        """The worktree of a convoy's branch, where its tests are written."""
        return self.root / "defender" / convoy

    def check(self, name: str) -> Path:
        """A detached worktree for a stage that only reads, or writes documentation."""
        return self.root / "checks" / name

    def crew(self, name: str) -> Path:
        """A person's own clone."""
        return self.root / "crew" / name


@dataclass(frozen=True, slots=True)
class TownLayout:
    """Folders of a town."""

    root: Path

    @property
    def config(self) -> Path:
        """The one file a person edits."""
        return self.root / "town.toml"

    @property
    def beads(self) -> Path:
        """Town-level JSONL, routes, and the working store of every ledger."""
        return self.root / ".beads"

    @property
    def shared(self) -> Path:
        """The town's own beads as git carries them."""
        return self.beads / "issues.jsonl"

    @property
    def store(self) -> Path:
        """The SQLite file that all processes of the town share."""
        return self.beads / "beads.db"

    @property
    def spend(self) -> Path:
        """The SQLite file of what was spent; kept with the state, though it is not made anew."""
        return self.state / "spend.db"

    @property
    def state(self) -> Path:
        """What can be deleted while the town is down: server home, logs, pids, sessions."""
        return self.root / ".town"

    @property
    def prefect_home(self) -> Path:
        """The embedded server's own home; a person's `~/.prefect` is never touched."""
        return self.state / "prefect"

    @property
    def logs(self) -> Path:
        """Logs of server and worker."""
        return self.state / "logs"

    @property
    def stacks(self) -> Path:
        """Where the town's processes tell what they are at, when they are asked by a signal."""
        return self.logs / "stacks.log"

    @property
    def admissions(self) -> Path:
        """Who uses what of this PC now, unless town.toml names a file for several towns."""
        return self.state / "admissions.db"

    @property
    def schedules(self) -> Path:
        """Which schedules `town up` set; what stands otherwise on the server is a person's."""
        return self.state / "schedules.json"

    @property
    def formulas(self) -> Path:
        """The town's own formulas; one of the same name goes before ours."""
        return self.root / "formulas"

    @property
    def overlays(self) -> Path:
        """What the town says otherwise about steps of formulas that others wrote."""
        return self.root / "formula-overlays"

    @property
    def directives(self) -> Path:
        """What the town tells a role beside its card: `<role>.md`."""
        return self.root / "directives"

    @property
    def server_record(self) -> Path:
        """The running server: pid, start time, address."""
        return self.state / "server.json"

    @property
    def worker_record(self) -> Path:
        """The running worker: pid, start time."""
        return self.state / "worker.json"

    @property
    def cards(self) -> Path:
        """Role cards of this town; one that is here stands before the built-in one."""
        return self.root / "cards"

    def passages(self, name: str) -> Path:
        """Indexes of a repository's commits, for the Crew; made anew when they are gone."""
        return self.state / "passages" / name

    def session(self, step: str, attempt: int) -> Path:
        """Folder of one attempt's transcript, test reports and spans."""
        return self.state / "sessions" / step / str(attempt)

    def build(self, convoy: str, assembly: str) -> Path:
        """Where the Gauger leaves an assembly's product and log."""
        return self.root / "builds" / convoy / assembly

    def reports(self, convoy: str) -> Path:
        """What steps of a convoy handed in as a whole text, for people; in no repository."""
        return self.root / "reports" / convoy

    def private(self, name: str) -> Path:
        """A private ledger repository: watchdog, spotter, bug-scout or oracle."""
        return self.root / "private" / name

    @property
    def briefs(self) -> Path:
        """The morning's briefs, one a day."""
        return self.root / "briefs"

    @property
    def salt(self) -> Path:
        """What hashes the names of those who wrote in public; in no repository."""
        return self.root / "private" / ".salt"

    def rig(self, name: str) -> RigLayout:
        """Folders of a rig."""
        return RigLayout(self.root / name)
