"""The rounds of Witness, Deacon and Boot: which sessions are whose, and who looks after whom."""

import time
from collections.abc import Callable
from typing import Literal

from pydantic import Field

from gastown.agents.answers import Answer, Title
from gastown.agents.brief import material
from gastown.errors import GasTownError
from gastown.health.rounds import Round, keep_round, last_round
from gastown.health.triage import Facts, Triage, triage
from gastown.mail.address import BOOT, DEACON
from gastown.mail.box import Mail, inbox
from gastown.mail.delivery import Wanted, take
from gastown.mail.letter import PASSING, write
from gastown.mail.post import send
from gastown.town.town import Town
from tasks.errand import errand
from tasks.patrolling import Finding, alarms, patrol
from tasks.room import Tell, quiet

Clock = Callable[[], float]


def seen(town: Town) -> list[Finding]:
    """How every session is now, and what is due about it; nothing is done."""
    return patrol(town, BOOT, lambda _: True, dry_run=True)


def witness_round(
    town: Town, rig: str, *, dry_run: bool = False, tell: Tell = quiet, clock: Clock = time.time
) -> list[Finding]:
    """Look at the sessions of a rig; the Deacon hears of it where something was done.

    Raises NotFoundError for a rig that the town has not.
    """
    town.config.rig(rig)
    name = f"{rig}/witness"
    found = patrol(town, name, lambda pulse: pulse.rig == rig, dry_run=dry_run, tell=tell)
    if not dry_run:
        read_letters(town, name, tell)
        _ping(town, rig, name, alarms(found))
        _keep(town, name, found, clock())
    return found


def read_letters(town: Town, name: str, tell: Tell) -> int:
    """What other flows told this one is told on, and put away; how many letters there were."""

    def heard(mail: Mail) -> None:
        tell(f"{mail.letter.sender}: {mail.letter.title}")

    return take(town.ledger, name, heard, wanted=Wanted(PASSING))


def _ping(town: Town, rig: str, name: str, acts: list[Finding]) -> None:
    if acts:
        said = "\n".join(f"{one.session}: {one.action}, {one.reason}" for one in acts)
        head = {"Rig": rig, "Acts": str(len(acts))}
        subject = f"{len(acts)} sessions of {rig} needed something"
        send(
            town.ledger,
            write(
                kind="WITNESS_PING",
                sender=name,
                to=DEACON,
                subject=subject,
                fields=head,
                text=said,
            ),
        )


def deacon_round(
    town: Town, *, dry_run: bool = False, tell: Tell = quiet, clock: Clock = time.time
) -> list[Finding]:
    """Look at the town's own sessions, and do the round of each Witness that is overdue."""
    late = [rig for rig in sorted(town.config.rigs) if _overdue(town, rig, clock())]
    own = set(town.config.rigs)
    found = patrol(town, DEACON, lambda one: one.rig not in own, dry_run=dry_run, tell=tell)
    for rig in late:
        tell(f"{rig}/witness is overdue; its round is done by the Deacon")
        found += witness_round(town, rig, dry_run=dry_run, tell=tell, clock=clock)
    if not dry_run:
        read_letters(town, DEACON, tell)
        _keep(town, DEACON, found, clock())
    return found


def _overdue(town: Town, rig: str, now: float) -> bool:
    """Whether nobody looked at a rig for so long that a nudge would be late."""
    last = last_round(town.layout, f"{rig}/witness")
    return last is None or not 0 <= now - last.at < town.config.health.stale_s


def _keep(town: Town, name: str, found: list[Finding], now: float) -> None:
    keep_round(town.layout, name, Round(at=now, sessions=len(found), acts=len(alarms(found))))


class Say(Answer):
    """What a model says where the facts do not decide."""

    call: Literal["wake", "wait"] = Field(description="wake the Deacon, or wait for its round")
    reason: Title = Field(description="Because of which fact.")


def boot_round(
    town: Town, *, ask: bool = True, tell: Tell = quiet, clock: Clock = time.time
) -> Triage:
    """Whether to wake the Deacon. A model is asked only where the facts do not decide, if `ask`.

    It has no tools, and can say `wake` or `wait`. Where it cannot be asked the Deacon is woken,
    which costs no token.
    """
    findings = seen(town)
    called = triage(facts_of(town, findings, clock()), town.config.health)
    if called.call != "ask":
        return called
    if not ask:
        return Triage("wake", f"{called.reason}; no model is asked")
    try:
        return _asked(town, findings, called, tell)
    except GasTownError as error:
        return Triage("wake", f"{called.reason}; and no model could say: {error}")


def facts_of(town: Town, findings: list[Finding], now: float) -> Facts:
    """What Boot decides by."""
    last, stale = last_round(town.layout, DEACON), town.config.health.stale_s
    quiet_ones = [one for one in findings if one.action == "leave"]
    return Facts(
        age_s=None if last is None else max(0.0, now - last.at),
        sessions=len(findings),
        acts=len(alarms(findings)),
        doubtful=sum(one.kind == "thinking" and one.silence_s >= stale for one in quiet_ones),
        mail=sum(not mail.read for mail in inbox(town.ledger, DEACON)),
    )


def _asked(town: Town, findings: list[Finding], called: Triage, tell: Tell) -> Triage:
    lines = [f"{one.agent} {one.session}: {one.kind}, {one.reason}" for one in findings]
    facts = material("the sessions at work", "\n".join(lines))
    with errand(town, BOOT, title="triage", tell=tell) as desk:
        outcome = desk.session(f"{called.reason}\n\n{facts}\n\nWake the Deacon?", output=Say)
    answer = outcome.answer
    assert isinstance(answer, Say)  # noqa: S101 - the loop validated it
    return Triage(answer.call, f"{called.reason}; the model: {answer.reason}")
