"""gated: what a run does about its gates: while other steps run, and when only gates are left."""

import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime

from prefect import get_run_logger

from flows.book import Look, Poll
from flows.keeping import plan_look
from flows.suspension import Forms, filled_in, forget, new_pause, resume, suspend, suspendable
from gastown.beads.ledger import utc_now
from gastown.convoys.molecule import Molecule, load, opened_gates
from gastown.errors import LedgerError
from gastown.gates.due import next_look
from gastown.gates.form import form_of, question
from gastown.gates.judge import HUMAN
from gastown.gates.record import GateRecord
from gastown.gates.schema import Ask
from gastown.gates.words import how_to_answer, waits_for
from gastown.stage import StageResult
from gastown.town.town import Town
from tasks.gates import (
    Reply,
    answer,
    look_at,
    open_all,
    refuse_answer,
    rejections,
    still_open,
)
from tasks.telling import teller

_READ_S = 1.0  # in a program of one's own: how often the ledger is read
_LEAST_S = 0.2


@contextmanager
def attended(town: Town, molecule: Molecule) -> Generator[Poll]:
    """Look after gates while a drive goes on; it asks what is given which of them are open."""
    porter = _Porter(town, molecule)
    thread = threading.Thread(target=copy_context().run, args=(porter.look_on,), daemon=True)
    thread.start()
    try:
        yield porter.poll
    finally:
        porter.done.set()
        porter.woken.set()
        thread.join()


class _Porter:
    def __init__(self, town: Town, molecule: Molecule) -> None:
        self.town, self.molecule = town, molecule
        self.tell = teller(town)
        self.warn = get_run_logger().warning
        self.done, self.woken = threading.Event(), threading.Event()
        self.opened: frozenset[str] = frozenset()  # keys of gates; only `poll` adds

    def poll(self, look: Look) -> Mapping[str, StageResult]:
        """Which gates are open by now; one that a person refused fails. Reads the ledger alone."""
        keys = [gate.key for gate in look.gates]
        if any(key not in self.molecule.beads for key in keys):  # the plan has grown
            ledger = self.town.ledger
            self.molecule = load(ledger, ledger.show(self.molecule.id))
        if new := [key for key in keys if key not in self.opened]:
            open_all(self.town, self.molecule, new)
            self.opened |= {*new}
            self.woken.set()
        refused = rejections(self.town, self.molecule, keys)
        failed = {key: StageResult(verdict="failed", summary=why) for key, why in refused.items()}
        return {**opened_gates(self.town.ledger, self.molecule, keys), **failed}

    def look_on(self) -> None:
        """Look whenever it is time, in a thread of its own: GitHub may be slow."""
        while not self.done.is_set():
            self.woken.clear()
            self.woken.wait(self._looked())

    def _looked(self) -> float | None:
        """Look, and say in how many seconds to look again; None: when there are more gates."""
        every_s = self.town.config.gates.look_s
        try:
            gates = still_open(self.town, [self.molecule.beads[key] for key in self.opened])
            look_at(self.town, list(gates), self.tell)
            due = next_look(still_open(self.town, gates).values(), utc_now(), every_s)
        except Exception as error:  # noqa: BLE001 - the run goes on, and another look is made
            self.warn("gates: %s", error)
            return every_s
        return None if due is None else max(_LEAST_S, (due - utc_now()).total_seconds())


def take_answers(town: Town) -> None:
    """Put into the ledger what this run's forms were filled in with; then the server forgets it."""
    run, log = suspendable(), get_run_logger()
    if run is None:
        return
    forms: Forms = filled_in(run)
    for said in forms.said:
        reply = Reply(said.approved, said.by, "form", said.answer, said.comment, said.fields)
        try:
            looked = answer(town, said.gate, reply)
            log.info("%s: %s, %s", looked.title, looked.found, looked.said)
        except LedgerError as error:
            log.warning("%s: the answer was not taken: %s", said.gate, error)
            refuse_answer(town, said.gate, str(error))
    forget(run, forms)


def wait_for(town: Town, molecule: Molecule, keys: Sequence[str]) -> None:
    """Wait until one of these gates is open or refused; nothing is held meanwhile.

    Where the server can start this run again, it is suspended: the process ends, by an exception of
    Prefect's. In somebody's program the ledger is looked at again and again.
    """
    run = suspendable()
    pause = new_pause() if run else ""
    opened = open_all(town, molecule, keys, str(run or ""), pause)
    look_at(town, list(opened), teller(town))
    records = still_open(town, opened)
    if len(records) < len(keys):
        return
    for gate, record in records.items():
        said = waits_for(record.gate)
        get_run_logger().info("%s waits for %s: %s", record.key, said, how_to_answer(gate))
    if run is None:
        _poll(town, records)
        return
    asks = [_ask(town, molecule, gate, records[gate]) for gate in _asked(records)]
    plan_look(town, records.values())
    leaving = suspend(run, pause, asks)
    if len(still_open(town, records)) < len(records):  # somebody was quicker than the suspension
        resume(run)
    raise leaving


def _poll(town: Town, waiting: Mapping[str, GateRecord]) -> None:
    due = _due(town, waiting)
    while len(now := still_open(town, waiting)) == len(waiting):
        time.sleep(_READ_S)
        if due is not None and utc_now() >= due:
            look_at(town, list(now), teller(town))
            due = _due(town, still_open(town, now))


def _due(town: Town, records: Mapping[str, GateRecord]) -> datetime | None:
    return next_look(records.values(), utc_now(), town.config.gates.look_s)


def _asked(records: Mapping[str, GateRecord]) -> list[str]:
    """The gates that a form asks of: those of people, and those that called for one."""
    return [
        gate
        for gate, record in records.items()
        if record.gate.type == HUMAN or record.escalated is not None
    ]


def _ask(town: Town, molecule: Molecule, gate: str, record: GateRecord) -> Ask:
    text = question(molecule.plan, record.key)
    if record.escalated is not None:
        text = f"{text}\n\nA person is needed: {record.escalated.reason}."
    title = town.ledger.show(gate).title
    return Ask(gate, title, text, form_of(molecule.plan, record.key), record.refused)
