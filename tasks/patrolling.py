"""patrol: look at every session of a rig, or of the town, and do what is due about each.

No model is asked. An end of a session is counted before it is made, and each letter and escalation
has a key: a patrol that dies half-way is finished by the next, and nothing is said twice.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from gastown.errors import LedgerError, NotFoundError
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate
from gastown.health.history import forget_old, history_of, keep_history, one_patrol
from gastown.health.judge import Kind, Verdict
from gastown.health.pulse import Pulse, pulse_file, read_pulses, remove_pulse
from gastown.health.recycle import HEED_S, Ended, recycle
from gastown.health.respond import Action, History, Response, after, respond
from gastown.health.sight import Watcher
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.rigs.slots import slot_of
from gastown.stage import Frozen
from gastown.town.town import Town
from tasks.room import Tell, quiet

Choose = Callable[[Pulse], bool]
_COUNTED = frozenset({"recycle", "bury"})
_LEFT: Mapping[Ended, str] = {
    "alive": "it could not be ended",
    "foreign": "`town up` did not start it, so it may be a person's program; end it by hand",
}
RECYCLED = "recycled"
"""Key of a step's metadata: how many of its sessions were ended because nothing came of them."""


class Finding(Frozen):
    """How one session is, and what is done about it."""

    session: str
    agent: str
    convoy: str = ""
    rig: str = ""
    bead: str = ""
    state: str
    what: str = ""
    kind: Kind
    silence_s: float
    since: float
    turns: int = 0
    tokens: int = 0
    holder: str
    action: Action = "leave"
    reason: str


@dataclass(frozen=True, slots=True)
class Patrol:
    """Who looks, at which sessions. With `dry_run` nothing is done."""

    town: Town
    name: str
    choose: Choose
    watcher: Watcher
    dry_run: bool = False
    tell: Tell = quiet

    def walk(self) -> list[Finding]:
        """How each session is, and what was done about it."""
        pulses = [one for one in read_pulses(self.town.layout) if self.choose(one)]
        if self.dry_run:
            return [self._look(pulse)[0] for pulse in pulses]
        with one_patrol(self.town.layout):
            forget_old(self.town.layout, self.watcher.wall())
            return [self._attend(pulse) for pulse in pulses]

    def _look(self, pulse: Pulse) -> tuple[Finding, Verdict, Response]:
        table = self.town.config.health
        verdict = self.watcher.judge(pulse, table)
        history = history_of(self.town.layout, pulse.step)
        response = respond(verdict, history, table)
        return finding(pulse, verdict, response), verdict, response

    def _attend(self, pulse: Pulse) -> Finding:
        found, verdict, response = self._look(pulse)
        if response.action == "leave":
            return found
        layout = self.town.layout
        history = after(response, pulse.session, history_of(layout, pulse.step))
        self.tell(f"{found.agent} {pulse.session}: {response.action}, {response.reason}")
        if response.action in _COUNTED:
            keep_history(layout, pulse.step, history)
        match response.action:
            case "nudge":
                self._nudge(pulse, verdict)
            case "recycle":
                self._recycle(pulse, verdict, history)
            case "escalate":
                self._escalate(pulse, response.reason)
            case "bury":
                self._bury(pulse)
        if response.action not in _COUNTED:
            keep_history(layout, pulse.step, history)
        return found

    def _nudge(self, pulse: Pulse, verdict: Verdict) -> None:
        letter = write(
            kind="NOTE",
            sender=self.name,
            to=address_of(self.town, pulse),
            subject=f"Nothing came of you for {verdict.silence_s:.0f} s",
            text="Go on with your step, hand it in, or say what you need. If nothing comes, your "
            "session is ended; what you did stays in the worktree.",
            about=pulse.bead or pulse.step if pulse.convoy else "",
            priority=1,
        )
        send(self.town.ledger, letter, key=f"nudge {pulse.session} {pulse.changed_clock!r}")

    def _recycle(self, pulse: Pulse, verdict: Verdict, history: History) -> None:
        with suppress(NotFoundError):  # an errand has no record
            times = {"metadata": {RECYCLED: history.recycles}}
            self.town.ledger.update(pulse.step, times, actor=self.name)
        hears = self.watcher.look(pulse).beat_s < self.town.config.health.stale_s
        ended = recycle(self.town.layout, pulse, heed_s=HEED_S if hears else 0.0)
        self.tell(f"{pulse.session}: {ended}")
        if ended == "killed":
            self._bury(pulse)
        elif why := _LEFT.get(ended):
            self._escalate(pulse, f"{verdict.reason}; process {pulse.pid}: {why}")
            told = history.model_copy(update={"escalated": pulse.session})
            keep_history(self.town.layout, pulse.step, told)

    def _escalate(self, pulse: Pulse, reason: str) -> None:
        raised = Escalation(
            severity="HIGH",
            category="lifecycle",
            subject=f"{pulse.agent} is stuck: {pulse.title or pulse.step}",
            text=f"{reason}\nSession {pulse.session}, process {pulse.holder}, {pulse.folder}",
            source=self.name,
            rig=pulse.rig,
            about=pulse.step if pulse.convoy else "",
        )
        escalate(self.town.ledger, raised, key=f"stuck {pulse.session}")

    def _bury(self, pulse: Pulse) -> None:
        """Its claim is void, so that its step may be carried out again; then it is forgotten."""
        ledger = self.town.ledger
        with suppress(NotFoundError, LedgerError):
            claim = ledger.claim_of(pulse.step)
            if claim and (claim.token, claim.holder) == (pulse.attempt, pulse.holder):
                ledger.release(claim)
        remove_pulse(pulse_file(self.town.layout, pulse.step, pulse.attempt))


def patrol(
    town: Town,
    name: str,
    choose: Choose,
    *,
    dry_run: bool = False,
    tell: Tell = quiet,
    watcher: Watcher | None = None,
) -> list[Finding]:
    """Look at the sessions that `choose` picks, as the agent `name`, and do what is due."""
    return Patrol(town, name, choose, watcher or Watcher(), dry_run, tell).walk()


def finding(pulse: Pulse, verdict: Verdict, response: Response) -> Finding:
    """What a person, or a board, is shown."""
    return Finding(
        session=pulse.session,
        agent=pulse.agent,
        convoy=pulse.convoy,
        rig=pulse.rig,
        bead=pulse.bead,
        state=pulse.state,
        what=pulse.what,
        kind=verdict.kind,
        silence_s=round(verdict.silence_s, 1),
        since=pulse.since,
        turns=pulse.turns,
        tokens=pulse.tokens,
        holder=pulse.holder,
        action=response.action,
        reason=response.reason,
    )


def address_of(town: Town, pulse: Pulse) -> str:
    """Where a session hears: a polecat at its slot, another at its role."""
    if pulse.rig and pulse.role == "polecat" and pulse.bead:
        slot = slot_of(town.layout.rig(pulse.rig), pulse.bead)
        if slot is not None:
            return f"{pulse.rig}/{slot.name}"
    return pulse.agent


def alarms(findings: Iterable[Finding]) -> list[Finding]:
    """Those about which something is to be done."""
    return [one for one in findings if one.action != "leave"]
