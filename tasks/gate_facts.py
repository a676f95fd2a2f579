"""gate_facts: what is known of one gate now, asked of GitHub, the ledger, mail and conditions."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from blocks.github import GithubLook
from blocks.sources.open import github_door
from gastown.beads.bead import CLOSED, Bead
from gastown.convoys.molecule import load, recorded
from gastown.errors import ConfigError, FormulaError, LedgerError, NotFoundError, SourceError
from gastown.formula.outcome import Outcome, at_step, holds
from gastown.gates.facts import BeadFact, Facts
from gastown.gates.form import form_of
from gastown.gates.github import pull_ref, repo_of, run_ref
from gastown.gates.judge import BEAD, CONDITIONAL, HUMAN, MAIL, PULL, RUN
from gastown.gates.mail import answer_in, formed
from gastown.gates.record import GateRecord, Sight
from gastown.mail.letter import letter_of
from gastown.town.town import Town
from tasks.conditions import outcomes_in


@dataclass(frozen=True, slots=True)
class Sighted:
    """Facts, what GitHub said to be kept, and messages that were read for them.

    `refused` is why the form did not take the answer in those.
    """

    facts: Facts
    sight: Sight
    taken: tuple[str, ...] = ()
    refused: str = ""


def sighted(town: Town, record: GateRecord, mail: Sequence[Bead], now: datetime) -> Sighted:
    """Everything that a judge needs of one gate; what cannot be known for good is its trouble."""
    try:
        return _sighted(town, record, mail, now)
    except (ConfigError, FormulaError, NotFoundError) as error:
        return Sighted(Facts(opened=record.opened, trouble=str(error)), record.sight)


def _sighted(town: Town, record: GateRecord, mail: Sequence[Bead], now: datetime) -> Sighted:
    facts, kind = Facts(opened=record.opened), record.gate.type
    if kind in {HUMAN, MAIL}:
        return _mail(town, record, mail)
    if kind in {RUN, PULL}:
        return _github(town, record, now)
    if kind == BEAD:
        facts = facts.model_copy(update={"bead": _bead(town, record)})
    elif kind == CONDITIONAL:
        facts = facts.model_copy(update={"condition": _condition(town, record)})
    return Sighted(facts, record.sight)


def _mail(town: Town, record: GateRecord, mail: Sequence[Bead]) -> Sighted:
    facts = Facts(opened=record.opened)
    answer = answer_in(record.gate.type, record.gate.await_id, mail)
    if answer is None:
        return Sighted(facts, record.sight)
    message = answer.via.removeprefix("mail ")
    form = form_of(load(town.ledger, town.ledger.show(record.molecule)).plan, record.key)
    try:
        answer = formed(answer, form, letter_of(town.ledger.show(message)).fields)
    except LedgerError as error:
        return Sighted(facts, record.sight, (message,), str(error))
    return Sighted(facts.model_copy(update={"mail": answer}), record.sight, (message,))


def _bead(town: Town, record: GateRecord) -> BeadFact:
    """`sk-1`, or `<rig>:<id>` as `bd` writes it: the ids of a town are of one store."""
    name = record.gate.await_id.rsplit(":", 1)[-1].strip()
    bead = town.ledger.show(name)
    return BeadFact(id=bead.id, closed=bead.status == CLOSED, reason=bead.close_reason)


def _github(town: Town, record: GateRecord, now: datetime) -> Sighted:
    sight, trouble = record.sight, ""
    wish = sight.wait_until
    if wish is None or wish <= now:
        try:
            sight = _asked(town, record)
        except SourceError as error:
            trouble = "" if error.retryable else str(error)
    facts = Facts(opened=record.opened, run=sight.run, pull=sight.pull, trouble=trouble)
    return Sighted(facts, sight)


def _asked(town: Town, record: GateRecord) -> Sight:
    table = town.config.gates
    look = GithubLook(github_door(table.api, os.environ.get(table.token, "").strip()))
    if record.gate.type == PULL:
        return look.pull(pull_ref(record.gate.await_id, _repo(town, record)), record.sight)
    ref = run_ref(record.gate.await_id, _repo(town, record))
    return look.run(ref, record.opened, _branch(town, record), record.sight)


def _repo(town: Town, record: GateRecord) -> str:
    """The repository of the step's rig at GitHub, else that of the one rig which has one."""
    if record.rig is not None:
        return repo_of(town.config.rig(record.rig).origin)
    found = {repo for rig in town.config.rigs.values() if (repo := repo_of(rig.origin))}
    return found.pop() if len(found) == 1 else ""


def _branch(town: Town, record: GateRecord) -> str:
    return town.config.rig(record.rig).branch if record.rig is not None else "main"


def _condition(town: Town, record: GateRecord) -> bool:
    molecule = load(town.ledger, town.ledger.show(record.molecule))
    steps = {key: _outcome(town.ledger.show(bead)) for key, bead in molecule.beads.items()}
    known = outcomes_in(town, molecule, steps)
    return holds(record.gate.await_id, molecule.plan, known, at_step(record.key))


def _outcome(bead: Bead) -> Outcome:
    if bead.status != CLOSED:
        return Outcome()
    output = recorded(bead).evidence.get("output")
    return Outcome("closed", cast("dict[str, Any]", output) if isinstance(output, dict) else {})
