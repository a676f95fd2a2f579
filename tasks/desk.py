"""Desk: everything one stage works with, opened from its request and nothing else."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel

from blocks.shadow import FILE as SHADOW
from gastown.agents.card import Card
from gastown.agents.jail import Jail, find_jail
from gastown.agents.posting import Posting
from gastown.agents.protocols import Check, Environment, Job, Limits, Outcome, Runtime
from gastown.agents.roles import card_of, directives
from gastown.beads.bead import Bead
from gastown.burst.baggage import Baggage
from gastown.errors import BudgetError, CapacityError, ConfigError, StageFailedError
from gastown.feedback.readers import READERS
from gastown.money.metered import Meter
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.report import TestReport
from gastown.rigs.scan.kept import strike
from gastown.stage import StageRequest, Usage
from gastown.town.layout import RigLayout
from gastown.town.tables.agents import agent_for
from gastown.town.tables.limits import LimitsTable
from gastown.town.tables.rigs import RigTable
from gastown.town.town import Town
from tasks.letterbox import letterbox_of
from tasks.metering import open_meter
from tasks.outbox import outbox_of
from tasks.resuming import Spot, begun, hand_off, keep_note, relay_of
from tasks.runtimes import runtime_of
from tasks.surroundings import around_of


@dataclass(slots=True)
class Desk:
    """One attempt's place of work. Sessions run here, and what they spend is added up here.

    Sessions of a step read the mail of its agent, those of an errand that of who it `reads`;
    `baggage` is what a stage brought to another machine. What a session leaves on the disk is
    searched for secrets when it ends; `secrets` that were found before are struck out of its
    prompts, too.
    """

    town: Town
    request: StageRequest
    folder: Path
    spent: Usage = field(default_factory=Usage)
    sessions: int = 0
    gauged: int = 0
    meter: Meter | None = None
    reads: str = ""
    baggage: Baggage | None = None
    cards: dict[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def jail(self) -> Jail:
        """What holds commands. Raises JailError where none can be had."""
        return find_jail(self.town.config.machine.jail)

    @property
    def rig(self) -> str:
        """Name of the rig this stage works on. Raises ConfigError when its step has none."""
        if self.request.rig is None:
            raise ConfigError(
                f"step {self.request.key}: the role {self.request.role} works on a rig; "
                f'give the step each = "rigs", "beads" or "assemblies"'
            )
        return self.request.rig

    @property
    def table(self) -> RigTable:
        """The rig's configuration."""
        return self.town.config.rig(self.rig)

    @property
    def layout(self) -> RigLayout:
        """The rig's folders."""
        return self.town.layout.rig(self.rig)

    @property
    def bead(self) -> Bead:
        """The bead this stage works on, as the ledger has it now."""
        if self.request.bead is None:
            raise ConfigError(
                f"step {self.request.key}: the role {self.request.role} works on a bead; "
                f'give the step each = "beads"'
            )
        return self.town.ledger.show(self.request.bead)

    @property
    def author(self) -> str:
        """Who commits: the role, at this town."""
        return f"{self.request.role} <{self.request.role}@{self.town.config.town.name}>"

    def gauge(self, worktree: Path) -> TestReport:
        """Run the rig's tests in the jail; each run's report and log get a folder of their own."""
        self.gauged += 1
        out = self.folder / f"tests-{self.gauged}"
        around = around_of(self.town)
        return run_gauge(self.table.gauge, worktree, out, self.jail, around=around)

    def session(
        self,
        task: str,
        *,
        environment: Environment | None = None,
        output: type[BaseModel] | None = None,
        verify: Callable[[BaseModel | None], Check] | None = None,
        images: tuple[bytes, ...] = (),
        bead: str | None = None,
    ) -> Outcome:
        """Let the role's model work on `task` until code is content or a limit is reached.

        Raises:
            StageFailedError: The session ended without a submission that passed `verify`.
            BudgetError: No budget has room for what its next request may cost.
        """
        outcome = self.attempt(
            task, environment=environment, output=output, verify=verify, images=images, bead=bead
        )
        if outcome.status != "done":
            raise self.failure(outcome)
        return outcome

    def attempt(
        self,
        task: str,
        *,
        environment: Environment | None = None,
        output: type[BaseModel] | None = None,
        verify: Callable[[BaseModel | None], Check] | None = None,
        images: tuple[bytes, ...] = (),
        bead: str | None = None,
    ) -> Outcome:
        """The same, for whom an end without a submission is an answer too."""
        job = Job(
            role=self.request.role,
            system=self.told(self.request.role),
            task=task,
            limits=limits_left(self.town.config.limits, self.spent),
            environment=environment,
            output=output,
            verify=verify,
            images=images,
            session=self._headers(bead),
        )
        while True:
            outcome = self._run(job)
            if outcome.status != "handed_off":
                return outcome
            hand_off(self.spot, outcome.error)

    def _run(self, job: Job) -> Outcome:
        """One session of a job, told what lies before it."""
        self.sessions += 1
        spot = self.spot
        mine = replace(
            job,
            task=begun(spot, job.task, job.environment),
            environment=self._hands(job.environment),
            limits=limits_left(self.town.config.limits, self.spent),
            mail=letterbox_of(self.town, self.request, self.reads),
            relay=relay_of(spot, job.environment),
            transcript=self.folder / f"session-{self.sessions}.jsonl",
        )
        try:
            with self._runtime() as runtime:
                outcome = runtime.run(mine)
        finally:
            self._strike()
        self.spent += outcome.usage
        keep_note(spot, outcome)
        return outcome

    @property
    def spot(self) -> Spot:
        """The session that runs, or ran last; before the first one, what that will be told of."""
        told = self.baggage.told if self.baggage else ()
        return Spot(self.town, self.request, self.folder, max(1, self.sessions), told)

    def _hands(self, hands: Environment | None) -> Environment | None:
        """What acts for the model, with letters where its role writes any.

        A command-line agent has hands of its own.
        """
        outbox = outbox_of(self.town, self.request, self.baggage.book if self.baggage else None)
        own = agent_for(self.request.role, self.town.config.agents) is not None
        return hands if hands is None or outbox is None or own else Posting(hands, outbox)

    def told(self, role: str) -> str:
        """The role's card, then what the town and the rig add to it: a session's system prompt."""
        card = self.card(role)
        self.cards[role] = card.facts
        more = directives(role, self.town.directives(self.request.rig))
        return f"{card.text}\n\n{more}" if more else card.text

    def card(self, role: str) -> Card:
        """The role's card as this town, or the rig, has it."""
        return card_of(role, self.town.cards(self.request.rig))

    def failure(self, outcome: Outcome) -> StageFailedError:
        """What a session's end without a submission is, and who may mend it."""
        left = outcome.check.feedback if outcome.check and not outcome.check.ok else ""
        why = "; ".join(filter(None, [outcome.error, left])) or outcome.status
        said = f"the {self.request.role}'s session ended ({outcome.status}): {why}"
        if self.meter is not None and self.meter.refused is not None:
            return BudgetError(said)
        return CapacityError(said, kind="provider") if outcome.busy else StageFailedError(said)

    def keep(self, name: str, value: object) -> None:
        """Leave a JSON document in this attempt's folder."""
        (self.folder / name).write_text(json.dumps(value, indent=1, default=str), encoding="utf-8")

    def _strike(self) -> None:
        """Strike the secrets of what was read out of what the session leaves on the disk."""
        if self.request.role not in READERS:  # they read items that are masked already
            left = self.folder.glob(f"session-{self.sessions}.*")
            strike([*left, self.folder / SHADOW])

    def _runtime(self) -> AbstractContextManager[Runtime]:
        name = self.request.model
        if name is None:
            raise ConfigError(
                f"town.toml: no model for the role {self.request.role} here; see: "
                f"town model resolve --role {self.request.role}"
            )
        if self.meter is None:  # one for all sessions of the attempt: its turns are numbered on
            self.meter = open_meter(self.town, self.request, name)
        role = self.request.role
        return runtime_of(self.town, role, name, self.folder, self.meter, self.secrets)

    def _headers(self, bead: str | None) -> Mapping[str, str]:
        request = self.request
        named = {
            "role": request.role,
            "convoy": request.convoy,
            "rig": request.rig,
            "bead": bead or request.bead,
            "assembly": request.assembly,
            "errand": "" if request.convoy else request.key,
            "step": "" if request.bound or not request.convoy else request.key,
            "round": str(request.round),
        }
        return {key: value for key, value in named.items() if value}


def open_desk(town: Town, request: StageRequest) -> Desk:
    """Make the attempt's folder."""
    folder = town.layout.session(request.step, request.token)
    folder.mkdir(parents=True, exist_ok=True)
    return Desk(town, request, folder)


def limits_left(table: LimitsTable, spent: Usage) -> Limits:
    """What is left for the attempt's next session: all its sessions share one limit."""
    return Limits(
        turns=table.turns,
        tokens=max(0, table.tokens - spent.input_tokens - spent.output_tokens),
        seconds=table.seconds,
        micro_usd=max(0, int(table.usd * 1_000_000) - spent.micro_usd),
    )
