"""go_home: what a convoy's beads came together on goes to main, through the rig's queue."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from gastown.agents.jail import find_jail
from gastown.queue.merge import merge
from gastown.queue.outcome import Contained, Gate, Merged, Outcome
from gastown.rigs.clone import TOWN
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.git import Repo
from gastown.rigs.report import TestReport
from gastown.rigs.traces import integration_branch
from gastown.town.town import Town
from tasks.merge_queue import require_merged, table_terms
from tasks.surroundings import around_of


def bring_home(town: Town, convoy: str, rig: str) -> str:
    """Merge a convoy's integration branch into the rig's main; the commit, or nothing to merge.

    Raises:
        StageFailedError: It is in conflict with main, or red on top of it; it stays at origin.
    """
    outcome = go_home(town, convoy, rig)
    return require_merged(outcome, integration_branch(convoy)).commit if outcome else ""


def go_home(town: Town, convoy: str, rig: str) -> Outcome | None:
    """The same; what became of it in the queue, or None where there is nothing to merge.

    Its commits keep their ids. A call that was cut short is finished by the next.

    Raises MainRedError when main is red without it, GitError when origin cannot be reached.
    """
    layout, table, branch = town.layout.rig(rig), town.config.rig(rig), integration_branch(convoy)
    main = Repo(layout.canonical)
    if not layout.canonical.is_dir():  # the rig was removed since
        return None
    main.fetch()
    tip = main.find(f"refs/remotes/origin/{branch}")
    if tip is None:
        return None
    main.run("branch", "--quiet", "--no-track", "--force", branch, tip)
    terms = table_terms(table, town.ledger)
    since = town.ledger.show(convoy).created_at
    outcome = merge(
        layout,
        branch,
        target=table.branch,
        gate=_gate(town, convoy, rig),
        bead=branch,
        author=TOWN,
        terms=replace(terms, convoy=convoy, convoy_at=since, keep=True),
    )
    if isinstance(outcome, Merged | Contained):
        main.delete_at_origin(branch)
        main.delete_branch(branch)
    return outcome


def _gate(town: Town, convoy: str, rig: str) -> Gate:
    table, runs = town.config.rig(rig).gauge, count(1)
    jail, around = find_jail(town.config.machine.jail), around_of(town)

    def gate(worktree: Path) -> TestReport:
        out = town.layout.session(f"land-{convoy}-{rig}", next(runs))
        return run_gauge(table, worktree, out, jail, around=around)

    return gate
