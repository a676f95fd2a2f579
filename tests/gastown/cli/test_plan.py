"""`town plan …`: all is shown before anything is made; a plan is kept, revised, slung on a yes."""

import sys
from io import StringIO

import pytest

from gastown.cli.plan import _poured
from gastown.convoys.convoy import CONVOY
from gastown.errors import LedgerError
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.server import RehearsalServer
from tasks.briefing import Order
from tasks.mayor import make_plan, sling_plan
from tests.tasks.test_mayor import HOPELESS, IDEA, REMARK, SCRIPT, grown

# so that pytest finds the fixture here too
from tests.tasks.test_mayor import acorn as acorn  # noqa: PLC0414


@pytest.fixture
def oaks(tmp_path, acorn, monkeypatch):
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        town = grown(acorn, tmp_path, server.url)
        monkeypatch.chdir(town.root)
        yield town


def test_a_plan_is_shown_whole_and_nothing_is_made_without_a_yes(cli, oaks):
    """Stdin is no terminal here, so nobody is asked."""
    answer = cli("plan", IDEA, "--rig", "garden", "--rig", "shed")

    assert answer.code == 0
    for said in ("## Goal", "## Risks", "- [ ] show is done.", "as placed: $", "left to spend"):
        assert said in answer.out
    assert "sling it: town plan sling plan-" in answer.out
    assert "asking the crew of garden, shed" in answer.err
    assert oaks.ledger.find() == []


class Person(StringIO):
    """Somebody at a terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "maybe\n"])
def test_a_person_at_a_terminal_is_asked_and_anything_but_yes_is_no(cli, oaks, monkeypatch, typed):
    monkeypatch.setattr(sys, "stdin", Person(typed))
    answer = cli("plan", IDEA)

    assert answer.code == 0
    assert "Sling plan-" in answer.err
    assert "now? [y/N]" in answer.err
    assert oaks.ledger.find() == []


def test_a_yes_slings_as_far_as_that_can_be_done(cli, oaks, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Person("yes\n"))
    answer = cli("plan", IDEA)

    assert answer.code == 2
    assert "## Goal" in answer.out
    assert "is down; start it: town up" in answer.err
    assert oaks.ledger.find() == []


def test_a_plan_is_listed_shown_and_revised(cli, oaks):
    made = cli("plan", IDEA, "--json").json

    assert [one["id"] for one in cli("plan", "list", "--json").json] == [made["id"]]
    assert cli("plan", "show", made["id"], "--json").json == made
    revised = cli("plan", "revise", made["id"], REMARK, "--json").json
    assert (revised["id"], revised["version"], len(revised["beads"])) == (made["id"], 2, 1)
    assert cli("plan", "show", made["id"], "--version", "1", "--json").json == made
    assert REMARK in cli("plan", "show", made["id"]).out
    assert oaks.ledger.find() == []


def test_a_plan_with_faults_is_told_with_them_and_nothing_is_kept(cli, oaks):
    answer = cli("plan", HOPELESS, "--json")

    assert answer.code == 2
    assert answer.json["error"]["kind"] == "PlanError"
    assert "- a: no acceptance criteria" in answer.err
    assert cli("plan", "list", "--json").json == []
    assert oaks.ledger.find() == []


def test_nothing_is_paid_or_made_for_while_the_town_is_down(cli, oaks):
    asked = cli("plan", IDEA, "--yes")
    made = cli("plan", IDEA, "--json").json
    slung = cli("plan", "sling", made["id"])

    for answer in (asked, slung):
        assert answer.code == 2
        assert "is down; start it: town up" in answer.err
    assert len(cli("plan", "list", "--json").json) == 1
    assert oaks.ledger.find() == []


def test_what_is_made_and_cannot_be_launched_stands_and_says_how_to_go_on(oaks):
    """No model serves most roles of this town."""
    plan = make_plan(oaks, Order(IDEA), lambda _: None)

    for _ in range(2):
        with pytest.raises(LedgerError, match=f"of {plan.id} is made and not launched: .*nothing"):
            _poured(oaks, plan, "", "convoy", {})
    assert len(oaks.ledger.find(label=plan.id)) == 3
    assert len(oaks.ledger.find(issue_type=CONVOY)) == 1


def test_a_convoy_that_is_over_is_not_made_anew(oaks):
    plan = make_plan(oaks, Order(IDEA), lambda _: None)
    convoy = sling_plan(oaks, plan).convoy
    oaks.ledger.close(convoy.id, "given up")

    with pytest.raises(LedgerError, match=r"is over \(given up\); open beads of it travel with"):
        _poured(oaks, plan, "", "convoy", {})
    assert len(oaks.ledger.find(issue_type=CONVOY)) == 1


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("show", "plan-zzzzz"), "no plan 'plan-zzzzz'; plans: none yet"),
        (("sling", "plan-zzzzz"), "no plan 'plan-zzzzz'"),
        (("revise", "plan-zzzzz", "less"), "no plan 'plan-zzzzz'"),
        ((IDEA, "--rig", "attic"), "no rig 'attic'; rigs: garden, shed"),
        ((IDEA, "--profile", "lavish"), "no profile 'lavish'"),
        ((" ",), "the idea is empty"),
    ],
)
def test_what_there_is_not_is_refused(cli, oaks, tokens, said):
    answer = cli("plan", *tokens)

    assert answer.code == 2
    assert said in answer.err
