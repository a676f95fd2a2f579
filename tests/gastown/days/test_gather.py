"""A day of a real town: ledger, git and money together."""

import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from gastown.beads.bead import Draft
from gastown.days.day import Day, Spent
from gastown.days.digest import digest
from gastown.days.gather import gather, spent_on
from gastown.founding.rig import add_rig
from gastown.money.entry import Bid, Reservation, Who
from gastown.money.entry import Spent as Settled
from gastown.money.sqlite import SqliteSpendLedger
from gastown.rigs.git import Repo
from gastown.stage import Usage
from gastown.town.town import Town
from tests.gastown.founding.conftest import ANN
from tests.gastown.founding.conftest import make_origin as make_origin  # noqa: PLC0414
from tests.gastown.founding.conftest import town as town  # noqa: PLC0414

TODAY = datetime.now(UTC).date()


@pytest.fixture
def oak(town: Town, make_origin):
    add_rig(town, "garden", str(make_origin()))
    return Town.open(town.root)


def commit(oak: Town, name: str, text: str, message: str) -> str:
    repo = Repo(oak.layout.rig("garden").canonical)
    (repo.path / name).write_text(text)
    made = repo.commit_all(message, "Polecat <polecat@oak>")
    repo.push("main")
    repo.fetch()
    return made


def test_what_git_and_ledger_hold_of_today_is_gathered(oak):
    bead = oak.ledger.create(Draft(title="Plant a rose", prefix="ga"))
    made = commit(oak, "rose.py", "a = 1\nb = 2\n", f"Plant\n\nBead: {bead.id}\nStage: polecat 1")
    commit(oak, "rose.py", "a = 1\n", "Prune by hand")
    oak.ledger.close(bead.id, "Merged", evidence={"commit": made, "rig": "garden"})

    day = gather(oak, TODAY, UTC)

    (one,) = day.merged
    assert (one.bead, one.on_main) == (bead.id, True)
    (rig,) = day.rigs
    assert (rig.commits, rig.by_town, rig.files) == (3, 1, 2)  # the origin's first one is of today
    assert (rig.opened, rig.left_open, rig.missing) == (1, 0, "")
    assert rig.removed == 1
    assert Day.model_validate_json(day.model_dump_json()) == day


def test_a_commit_that_main_does_not_have_is_told(oak):
    bead = oak.ledger.create(Draft(title="Plant a rose", prefix="ga"))
    oak.ledger.close(bead.id, "Merged", evidence={"commit": "f" * 40})

    (one,) = gather(oak, TODAY, UTC).merged

    assert one.on_main is not True


def test_commits_of_other_days_are_not_counted(oak):
    repo = Repo(oak.layout.rig("garden").canonical)
    past = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    argv = ["git", *ANN, "commit", "-q", "--allow-empty", "-m", "Long ago"]
    env = {"GIT_COMMITTER_DATE": past, "GIT_AUTHOR_DATE": past, "PATH": "/usr/bin:/bin"}
    subprocess.run(argv, cwd=repo.path, env=env, check=True)
    repo.push("main")
    repo.fetch()

    (today,) = gather(oak, TODAY, UTC).rigs
    (then,) = gather(oak, TODAY - timedelta(days=3), UTC).rigs

    assert (today.commits, then.commits) == (1, 1)


def test_a_rig_whose_git_cannot_be_asked_says_so(oak):
    canonical = oak.layout.rig("garden").canonical
    canonical.rename(canonical.with_name("away"))

    day = gather(oak, TODAY, UTC)

    assert day.rigs[0].missing
    assert "git could not be asked" in digest(day)


def test_the_days_spend_is_that_of_the_day(tmp_path):
    assert spent_on(tmp_path / "spend.db", date(2026, 1, 29)) == Spent()
    ledger = SqliteSpendLedger(tmp_path / "spend.db")
    for number, day in enumerate(("2026-01-28", "2026-01-29")):
        got = ledger.reserve(Bid(Who(f"a/{number}", role="crew", model="m"), 1, 10, day))
        assert isinstance(got, Reservation)
        usage = Usage(requests=1, input_tokens=5, output_tokens=2, micro_usd=7)
        ledger.settle(got, Settled(usage))

    spent = spent_on(tmp_path / "spend.db", date(2026, 1, 29))

    assert spent == Spent(requests=1, input_tokens=5, output_tokens=2, micro_usd=7)
