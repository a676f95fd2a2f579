"""The Librarian's trip: main goes out, one commit of documentation comes back for the queue."""

from gastown.burst.parcel import Spot
from gastown.burst.report import BurstReport
from gastown.rigs.gauge.steering import steering_files
from gastown.rigs.git import Repo
from gastown.rigs.traces import librarian_branch
from gastown.rigs.worktree import add_worktree
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.librarian import librarian
from tasks.rigs import convoy_base, convoy_branch, main_ref
from tasks.trips.trip import Departure, adopt, require
from tasks.writing import writable


class LibrarianTrip:
    """The camp merges into its own main, which nobody sees; here the queue's gate runs again."""

    def leave(self, desk: Desk) -> Departure | None:
        """The worktree where the documentation is written."""
        main = Repo(desk.layout.canonical)
        main.fetch()
        convoy = desk.request.convoy
        path = desk.layout.check(f"librarian-{convoy}")
        repo = Repo(add_worktree(desk.layout, path, librarian_branch(convoy), main_ref(desk)))
        if repo.find_trailer("Stage", f"librarian {convoy}", f"{convoy_base(desk)}..HEAD"):
            return None
        repo.discard()
        tests = main.rev(f"refs/remotes/origin/{convoy_branch(convoy)}")
        refs: dict[Spot, str] = {
            "main": main.rev(main_ref(desk)),
            "tests": tests,
            "work": repo.head(),
        }
        return Departure(refs, repo, main.rev(main_ref(desk)))

    def camp(self, desk: Desk) -> StageResult:
        """The whole stage, up to the merge into the camp's own main."""
        return librarian(desk)

    def arrive(self, desk: Desk, left: Departure, report: BurstReport) -> StageResult:
        """The stage again, which finds its commit and puts it through the queue."""
        steering = steering_files(desk.table.gauge)
        adopt(left, report.commit, allowed=writable(desk.table), protected=steering)
        require(left.repo, f"librarian {desk.request.convoy}", f"{left.base}..HEAD")
        return librarian(desk)
