"""The checker's rules of what is left over: leases, slots, folders, files, processes, ports."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil

from tests.chaos.check_ledger import rows
from tests.chaos.verdict import Case, Fault


def no_lease_left(case: Case) -> Iterator[Fault]:
    """Nobody holds a part of the machine, and nobody waits for one."""
    for table in ("leases", "waiters"):
        file = case.root / ".town" / "admissions.db"
        for ticket, holder in rows(file, f"SELECT ticket, holder FROM {table}"):  # noqa: S608 - constants
            yield Fault("no-lease-left", "leaked", f"{table}: {holder} has ticket {ticket}")


def no_slot_left(case: Case) -> Iterator[Fault]:
    """No polecat's name is taken, and no stage's folder is there."""
    rig = case.root / case.rig
    for name, kept in (("polecats", {".lock"}), ("defender", set[str]()), ("checks", set[str]())):
        folder = rig / name
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.name not in kept:
                yield Fault("no-slot-left", "leaked", str(path.relative_to(case.root)))


def no_draft_left(case: Case) -> Iterator[Fault]:
    """No half-written file of a dead process lies about; Prefect's own home is not ours."""
    for path in sorted(case.root.rglob("*")):
        inside = path.relative_to(case.root).parts
        if inside[:2] == (".town", "prefect") or ".git" in inside:
            continue
        if path.suffix in {".new", ".tmp", ".part", ".bell"} or _is_draft(path):
            yield Fault("no-draft-left", "leaked", str(path.relative_to(case.root)))


def no_process_left(case: Case) -> Iterator[Fault]:
    """After `town down` no process carries the town's mark, works in it or has it on its line."""
    own = {psutil.Process().pid, *(one.pid for one in psutil.Process().parents())}
    for process in psutil.process_iter():
        if process.pid not in own and _is_of(process, case.root):
            yield Fault("no-process-left", "leaked", f"{process.pid}: {_line(process)}")


def no_port_left(case: Case) -> Iterator[Fault]:
    """Where a server of the town listened nobody listens any more."""
    for port in case.ports:
        with closing(socket.socket()) as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                yield Fault("no-port-left", "leaked", f"port {port} still answers")


def _is_draft(path: Path) -> bool:
    """`.name.1234`: a file in the making, with the number of the process that made it."""
    number = path.name.rpartition(".")[2]
    return path.name.startswith(".") and path.name.count(".") > 1 and number.isdigit()


def _is_of(process: psutil.Process, root: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        mark = process.environ().get("GASTOWN_STATE", "")
        inside = Path(process.cwd()).is_relative_to(root)
        return mark == str(root / ".town") or inside or str(root) in _line(process)
    except (psutil.Error, OSError):
        return False


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


RULES = (no_lease_left, no_slot_left, no_draft_left, no_process_left, no_port_left)
