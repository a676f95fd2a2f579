"""The checker can fail: each of its rules finds what is broken by hand in a landed town."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gastown.machine.admission.tables import connect
from tasks.land import land
from tasks.pouring import prepare
from tests.chaos.check_git import git
from tests.chaos.check_left import no_port_left, no_process_left
from tests.chaos.checker import RULES, check, name_of
from tests.chaos.verdict import Bill, Case
from tests.chaos.walker import walk
from tests.chaos.world import FORMULA, found, model

ME = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
Break = Callable[[Case], Case | None]


@dataclass
class Landed:
    """A landed town, which is put back to what it was before each test."""

    case: Case
    kept: Path

    def again(self) -> Case:
        folder = self.case.root.parent
        shutil.rmtree(folder)
        shutil.copytree(self.kept, folder, symlinks=True)
        return self.case


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    folder = tmp_path_factory.mktemp("checked")
    with model(["oak"]) as rehearsed:
        site = found(folder / "town", ["oak"], rehearsed.cable.url)
        for convoy in site.convoys:
            molecule = prepare(site.town, convoy, FORMULA, {})
            assert walk(site.town, molecule) == {}
            land(site.town, molecule)
        case = site.case(rehearsed.bills())
        connect(site.town.layout.admissions).close()  # stages ask for room only in a flow run
    for sample in folder.rglob("hooks/*.sample"):
        sample.unlink()  # most of the files there are
    shutil.copytree(folder / "town", folder / "kept", symlinks=True)
    return Landed(case, folder / "kept")


@pytest.fixture
def case(landed: Landed) -> Case:
    return landed.again()


def test_a_town_that_landed_has_no_fault(case: Case):
    assert [str(fault) for fault in check(case)] == []


def sql(file: Path, *statements: str) -> None:
    """Change a database behind the town's back; its triggers guard it only from the town."""
    with closing(sqlite3.connect(file)) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        db.commit()


def bead(case: Case) -> str:
    return next(iter(case.words))


def in_ledger(statement: str) -> Break:
    return lambda case: sql(case.ledger, statement.format(bead=bead(case), convoy=case.convoys[0]))


def in_spend(*statements: str) -> Break:
    return lambda case: sql(case.spend, *statements)


def in_machine(statement: str) -> Break:
    return lambda case: sql(case.root / ".town" / "admissions.db", statement)


def told_again(kind: str, reason: str, whose: str) -> str:
    data = json.dumps({"reason": reason}).replace("{", "{{").replace("}", "}}")
    row = f"('{whose}', '{kind}', 'x', 1, '{data}')"
    return f"INSERT INTO events (bead, kind, actor, at, data) VALUES {row}"  # noqa: S608 - constants


def tear(case: Case) -> None:
    sql(case.ledger, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(case.ledger.read_bytes())
    data[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    case.ledger.write_bytes(data)


def pour_twice(case: Case) -> None:
    sql(
        case.ledger,
        "INSERT INTO beads SELECT 'hq-mol-zzz', 'hq-mol-zzz', status, done, blocked, priority,"
        " issue_type, assignee, workable, created_at, defer_until, body FROM beads"
        " WHERE issue_type = 'molecule' LIMIT 1",
    )


def share(case: Case, change: Callable[[list[str]], list[str]]) -> None:
    file = case.root / ".beads" / "issues.jsonl"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(change(lines)), "utf-8")
    git(case.root, *ME, "commit", "-qam", "Break it")


def twice_in_jsonl(case: Case) -> None:
    share(case, lambda lines: lines + lines)


def none_in_jsonl(case: Case) -> None:
    share(case, lambda _: [])


def open_in_jsonl(case: Case) -> None:
    share(case, lambda lines: [one.replace('"closed"', '"open"') for one in lines])


def push(case: Case, *commands: tuple[str, ...], force: bool = False) -> None:
    """What somebody commits in a clone of theirs, pushed."""
    there = case.root.parent / "theirs"
    git(case.origin, "clone", "-q", str(case.origin), str(there))
    for command in commands:
        git(there, *ME, *command)
    git(there, "push", "-q", *(["--force"] if force else []), "origin", "HEAD:main")


def merge_twice(case: Case) -> None:
    trailers = f"Bead: {bead(case)}\nStage: polecat 1"
    push(case, ("commit", "-q", "--allow-empty", "-m", "Again", "-m", trailers))


def lose_commits(case: Case) -> None:
    root = git(case.origin, "rev-list", "--max-parents=0", "main").strip()
    push(case, ("reset", "-q", "--hard", root), force=True)


def go_red(case: Case) -> None:
    push(
        case,
        ("rm", "-q", "words/first.txt"),
        ("commit", "-q", "-m", "Go red"),
        ("revert", "--no-edit", "HEAD"),
    )
    assert always_green_at_the_end(case)
    log = case.origin / "logs" / "refs" / "heads" / "main"
    lines = log.read_text("utf-8").splitlines(keepends=True)
    old, new = lines[-1].split(" ", 2)[:2]
    red = git(case.origin, "rev-parse", "main~1").strip()
    tail = lines[-1].split(" ", 2)[2]
    log.write_text("".join([*lines[:-1], f"{old} {red} {tail}", f"{red} {new} {tail}"]), "utf-8")


def always_green_at_the_end(case: Case) -> bool:
    return "words/first.txt" in git(case.origin, "ls-tree", "-r", "--name-only", "main")


def without_a_push(case: Case) -> None:
    parent = git(case.origin, "rev-parse", "main~1").strip()
    (case.origin / "refs" / "heads" / "main").write_text(parent + "\n")


def lose_an_object(case: Case) -> None:
    blob = git(case.origin, "rev-parse", "main:words/first.txt").strip()
    for folder in (case.origin / "objects", case.clone / ".git" / "objects"):
        (folder / blob[:2] / blob[2:]).unlink(missing_ok=True)


def leave_a_branch(case: Case) -> None:
    git(case.clone, "branch", "polecat/agate/x")


def leave_a_worktree(case: Case) -> None:
    git(case.clone, "worktree", "add", "-q", "--detach", str(case.root / "heap" / "stray"))


def leave_a_change(case: Case) -> None:
    (case.clone / "README.md").write_text("half a line")


def leave_a_rebase(case: Case) -> None:
    (case.clone / ".git" / "rebase-merge").mkdir()


def leave_a_lock(case: Case) -> None:
    (case.clone / ".git" / "index.lock").touch()


def leave_a_slot(case: Case) -> None:
    (case.root / "heap" / "polecats" / "agate.json").write_text("{}")


def leave_a_draft(case: Case) -> None:
    (case.root / ".beads" / ".issues.jsonl.4711").touch()


def give_more(case: Case) -> Case:
    return replace(case, bills=(*case.bills, Bill("polecat", 9_000, 9)))


def give_less(case: Case) -> Case:
    return replace(case, bills=case.bills[1:])


EXTRA = (
    "CREATE TABLE other AS SELECT * FROM entries",
    "DROP TABLE entries",
    "ALTER TABLE other RENAME TO entries",
)
UNLANDED = "DELETE FROM events WHERE bead='{convoy}' AND kind='closed'"
GIVEN_UP = """UPDATE events SET data='{{"reason":"given up"}}'
WHERE bead='{convoy}' AND kind='closed'"""
UNSAID = "DELETE FROM events WHERE kind='closed' AND bead LIKE 'hq-mol-%.2'"
BEGUN = "UPDATE beads SET status='in_progress' WHERE id='{bead}'"
TWICE = "INSERT INTO entries SELECT * FROM entries LIMIT 1"
DEARER = "UPDATE entries SET micro_usd=micro_usd+1 WHERE reservation=1"
DEARER_ELSEWHERE = DEARER.replace("SET", "SET holder='order x',")
LEASE = "INSERT INTO leases VALUES (1, 1, 'h', '', '', 0, 1, 1, 1, '')"
BROKEN: list[tuple[str, str, Break]] = [
    ("whole-files", "lost", tear),
    ("convoys-landed", "lost", in_ledger(UNLANDED)),
    ("convoys-landed", "lost", in_ledger("UPDATE beads SET status='open' WHERE id='{convoy}'")),
    ("convoys-landed", "lost", in_ledger(GIVEN_UP)),
    ("convoys-landed", "doubled", in_ledger(told_again("closed", "landed: 1", "{convoy}"))),
    ("one-molecule", "doubled", pour_twice),
    ("one-molecule", "lost", in_ledger("DELETE FROM beads WHERE issue_type='molecule'")),
    ("closed-once", "doubled", in_ledger(told_again("closed", "x", "{bead}"))),
    ("closed-once", "lost", in_ledger(told_again("reopened", "x", "{bead}"))),
    ("closed-once", "lost", in_ledger("DELETE FROM beads WHERE id='{bead}'")),
    ("closed-once", "lost", in_ledger(UNSAID)),
    ("nothing-claimed", "leaked", in_ledger("UPDATE claims SET stands=1")),
    ("nothing-begun", "leaked", in_ledger(BEGUN)),
    ("shared-beads", "doubled", twice_in_jsonl),
    ("shared-beads", "lost", none_in_jsonl),
    ("shared-beads", "lost", open_in_jsonl),
    ("merged-once", "doubled", merge_twice),
    ("merged-once", "lost", lose_commits),
    ("words-there", "lost", lose_commits),
    ("never-forced", "lost", lose_commits),
    ("never-forced", "lost", without_a_push),
    ("always-green", "lost", go_red),
    ("whole-objects", "lost", lose_an_object),
    ("no-branch-left", "leaked", leave_a_branch),
    ("no-worktree-left", "leaked", leave_a_worktree),
    ("no-worktree-left", "leaked", leave_a_change),
    ("no-worktree-left", "leaked", leave_a_rebase),
    ("no-lock-left", "leaked", leave_a_lock),
    ("ended-once", "leaked", in_spend("DELETE FROM entries WHERE reservation=1")),
    ("ended-once", "lost", in_spend("UPDATE entries SET outcome='forgotten' WHERE reservation=1")),
    ("ended-once", "doubled", in_spend(*EXTRA, TWICE)),
    ("ended-once", "lost", in_spend("UPDATE entries SET reservation=999 WHERE reservation=1")),
    ("sums-true", "doubled", in_spend(DEARER)),
    ("sums-true", "doubled", in_spend(DEARER_ELSEWHERE)),
    ("sums-true", "lost", in_spend("UPDATE entries SET micro_usd=0 WHERE reservation=1")),
    ("no-turn-doubled", "doubled", give_less),
    ("no-dollar-lost", "lost", give_more),
    ("no-dollar-lost", "lost", in_spend("DELETE FROM entries WHERE role='polecat'")),
    ("earmarks-ended", "leaked", in_spend("INSERT INTO earmarks VALUES ('c', 's', 'r', 1, 1)")),
    ("no-lease-left", "leaked", in_machine(LEASE)),
    ("no-slot-left", "leaked", leave_a_slot),
    ("no-draft-left", "leaked", leave_a_draft),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "sort", "wreck"), BROKEN, ids=[f"{at}-{one[0]}" for at, one in enumerate(BROKEN)]
)
def test_what_is_broken_by_hand_is_found_by_its_rule(
    case: Case, rule: str, sort: str, wreck: Break
):
    broken = wreck(case) or case

    (judge,) = (one for one in RULES if name_of(one) == rule)
    assert (rule, sort) in {(fault.rule, fault.sort) for fault in check(broken, [judge])}


def test_a_process_of_the_town_is_found_by_its_mark_its_folder_or_its_line(case: Case):
    argv = [sys.executable, "-c", "import time; time.sleep(60)"]
    marked = {"GASTOWN_STATE": str(case.root / ".town")}
    here = (
        ([*argv, str(case.root)], Path.cwd(), {}),
        (argv, case.root, {}),
        (argv, Path.cwd(), marked),
    )
    for words, folder, environ in here:
        with subprocess.Popen(words, cwd=folder, env=environ) as process:
            try:
                faults = {
                    (one.rule, one.said.split(":")[0]) for one in check(case, [no_process_left])
                }
            finally:
                process.kill()
        assert ("no-process-left", str(process.pid)) in faults


def test_a_port_that_still_answers_is_found(case: Case):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        faults = check(replace(case, ports=(port,)), [no_port_left])
    assert [one.rule for one in faults] == ["no-port-left"]


def test_a_session_elsewhere_may_pay_for_as_many_unheard_requests_as_the_way_was_cut(case: Case):
    in_spend(DEARER_ELSEWHERE)(case)
    (judge,) = (one for one in RULES if name_of(one) == "sums-true")

    counts = [len(check(replace(case, unheard=cuts), [judge])) for cuts in (0, 1)]

    assert counts == [1, 0]


def test_every_rule_is_broken_by_a_test():
    elsewhere = {"no-process-left", "no-port-left"}

    names = {name_of(rule) for rule in RULES}
    assert names == {rule for rule, _, _ in BROKEN} | elsewhere
