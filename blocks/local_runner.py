"""local_runner: models of this machine for whoever needs one: found if up, started if not.

`serving` is what a session uses: the server stays for the length of the block. Two processes that
want one model at once get one server.
"""

import signal
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import psutil

from blocks.llama import Llama
from gastown.errors import RunnerError
from gastown.machine.admission.here import open_ledger
from gastown.money.pricebook import is_free
from gastown.runner.detach import detach
from gastown.runner.folder import RunnerFolder
from gastown.runner.plan import Plan
from gastown.runner.planned import Planned, planned
from gastown.runner.record import Served, keeper_of, loaded, read_served
from gastown.runner.residency import Residency
from gastown.runner.start import choose_port
from gastown.signs import during
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout
from gastown.town.processes import end
from gastown.town.tables.models import ModelTable

_LOOK_S = 0.05
_BEGIN_S = 60.0  # a keeper says that it begins within this, on the slowest machine
_NEAR_S = 2.0  # what is near answers within this, or is away
_END_S = 15.0  # beyond what a server may take to drain
_KEEPERS = 3  # so many may be killed, one after the other, while a model is loaded

Tell = Callable[[str], None]


class KeeperGoneError(RunnerError):
    """Raised when a keeper that was counted on ended without a word; another may be started."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that is up: its record, and the key that it asks for."""

    served: Served
    key: str = field(repr=False)


def ignore(_: str) -> None:
    """Nobody wants to hear of it."""


@contextmanager
def serving(layout: TownLayout, config: TownConfig, name: str) -> Generator[Endpoint]:
    """A server of the model for the block, started if it is not up; it is not unloaded meanwhile.

    Raises:
        OvercommitError: The machine lends less than it takes.
        CrowdedError: Others hold the room for it now.
        RunnerError: It cannot be served, with the end of its log.
        GasTownError: What town.toml says of it cannot be.
    """
    folder = RunnerFolder(layout)
    while True:
        with during("waiting", f"{name} to be loaded"):
            load(layout, config, name)
        with folder.lock(f"{name}.use", shared=True):
            if endpoint := _up(folder, name):
                yield endpoint
                return


def anew(layout: TownLayout, config: TownConfig, served: Served) -> Endpoint | None:
    """Another server for who holds this one, where its keeper was killed; None while that lives.

    Raises as `serving` does.
    """
    if keeper_of(served):
        return None
    load(layout, config, served.name)
    return _up(RunnerFolder(layout), served.name)


def load(
    layout: TownLayout, config: TownConfig, name: str, tell: Tell = ignore
) -> tuple[Served, bool]:
    """The model's server once it is up, and whether it was started for that; twice is once.

    Raises as `serving` does; then nothing was started, or what was is ended again.
    """
    folder = RunnerFolder(layout)
    with folder.lock(f"{name}.start"):
        for _ in range(_KEEPERS - 1):
            with suppress(KeeperGoneError):
                return _loaded(folder, config, name, tell)
        return _loaded(folder, config, name, tell)


def unload(
    layout: TownLayout, name: str, *, now: bool = False, tell: Tell = ignore
) -> Served | None:
    """Stop the model's server, once its sessions are done; None when it was not up.

    Args:
        layout: Whose model it is.
        name: Which.
        now: Wait for no session.
        tell: Hears of a wait.

    Raises:
        RunnerError: It would not end.
    """
    folder = RunnerFolder(layout)
    served = read_served(folder, name)
    keeper = keeper_of(served)
    if served is None or keeper is None:
        folder.record(name).unlink(missing_ok=True)  # why it failed was read
        return None
    keeper.terminate()
    if now:
        keeper.send_signal(signal.SIGINT)  # heard as a second wish
    elif served.busy:
        tell(f"{name}: {served.busy} at work; waiting for them")
    _wait_for_end(keeper, served.drain_s + _END_S)
    return served


def make_way(layout: TownLayout, name: str) -> None:
    """Ask a model to leave memory for a session that waits; returns at once.

    Its keeper unloads it only if nobody uses it, so it may stay; then ask again later.
    """
    keeper = keeper_of(read_served(RunnerFolder(layout), name))
    if keeper is not None:
        with suppress(psutil.NoSuchProcess):
            keeper.send_signal(signal.SIGUSR1)


def check_endpoint(name: str, row: ModelTable) -> tuple[str, ...]:
    """What serves at the row's endpoint, of which nothing is ours to start.

    Raises RunnerError naming the key when it answers nonsense, or nothing.
    """
    try:
        found = Llama(row.endpoint).models()
    except RunnerError as error:
        raise RunnerError(f"town.toml: models.{name}.endpoint: {error}; nothing started") from None
    if row.model and row.model not in found:
        known = ", ".join(found) or "nothing"
        raise RunnerError(f"town.toml: models.{name}.model: {row.endpoint} serves {known}")
    return found


@dataclass(frozen=True, slots=True)
class Near:
    """A row whose server is a person's own, on this PC or near it, and how it is."""

    model: str
    endpoint: str
    state: Literal["ready", "away", "wrong"]
    reason: str = ""


def endpoints(config: TownConfig) -> list[Near]:
    """Ask every such row at once how it is; those of a cloud are not asked."""
    near = [name for name, row in sorted(config.models.items()) if not row.local and is_free(row)]
    rows = {name: config.model(name) for name in near}
    with ThreadPoolExecutor(max_workers=max(1, len(rows))) as pool:
        return list(pool.map(_near, rows, rows.values()))


def _near(name: str, row: ModelTable) -> Near:
    server = Llama(row.endpoint, patience_s=_NEAR_S)
    try:
        found = server.models()
    except RunnerError as error:
        why = str(error).removeprefix(f"{server.url}: ")
        return Near(name, row.endpoint, "away", why)
    if row.model and row.model not in found:
        return Near(name, row.endpoint, "wrong", f"serves {', '.join(found) or 'nothing'}")
    return Near(name, row.endpoint, "ready")


def endpoint_of(folder: RunnerFolder, served: Served) -> Endpoint:
    """Its address with its key. Raises KeeperGoneError when it ended meanwhile."""
    try:
        key = folder.key(served.name, served.keeper).read_text(encoding="utf-8")
    except FileNotFoundError:
        text = f"models.{served.name}: its server has just ended; try again"
        raise KeeperGoneError(text) from None
    return Endpoint(served, key)


def _up(folder: RunnerFolder, name: str) -> Endpoint | None:
    """The server, if it is there to stay; one that died is waited for."""
    served = read_served(folder, name)
    if served is None or served.state not in {"ready", "waiting"} or keeper_of(served) is None:
        return None
    with suppress(KeeperGoneError):
        return endpoint_of(folder, _ready(folder, served))
    return None


def _loaded(folder: RunnerFolder, config: TownConfig, name: str, tell: Tell) -> tuple[Served, bool]:
    standing = _standing(folder, name)
    if standing:
        return _ready(folder, standing), False
    layout = folder.layout
    with folder.lock("admit"), closing(open_ledger(layout, config.machine)) as ledger:
        found = _planned(layout, config, name)
        residency = Residency(found.plan, str(layout.root), ledger, lambda: found.machine)
        keeper = _begin(folder, residency, tell)
    return _ready(folder, keeper), True


def _standing(folder: RunnerFolder, name: str) -> Served | None:
    """The server that is there; one that is being stopped is waited for."""
    served = read_served(folder, name)
    keeper = keeper_of(served)
    if served and keeper and served.state in {"draining", "failed"}:
        _wait_for_end(keeper, served.drain_s + _END_S)
        return None
    return served if keeper else None


def _planned(layout: TownLayout, config: TownConfig, name: str) -> Planned:
    beside = loaded(RunnerFolder(layout))
    taken = frozenset(cpu for one in beside for cpu in one.cpus)
    found = planned(layout, config, name, taken=taken)
    if found.plan.table.port:
        choose_port(f"town.toml: models.{name}.local.port", found.plan.table.port)
    return found


def _begin(folder: RunnerFolder, residency: Residency, tell: Tell) -> Served:
    """Claim the memory and start the keeper, which takes that over before it is on record."""
    lease, plan = residency.take(), residency.plan
    tell(f"{plan.name}: {lease.ask.title}, loading")
    arguments = [str(folder.layout.root), plan.name, "--lease", str(lease.token)]
    arguments += ["--cpus", ",".join(map(str, plan.owned.cpus))]
    try:
        return _on_record(folder, plan, arguments)
    except BaseException:
        residency.release()
        raise


def _on_record(folder: RunnerFolder, plan: Plan, arguments: Sequence[str]) -> Served:
    """Start a keeper; others may count on its record from the return on."""
    folder.make()
    folder.forget_keys(plan.name)
    folder.record(plan.name).unlink(missing_ok=True)
    keeper = psutil.Process(
        detach(folder.layout, "blocks.keeper", arguments, folder.log(plan.name))
    )
    give_up = time.monotonic() + _BEGIN_S
    while time.monotonic() < give_up and _lives(keeper):
        served = read_served(folder, plan.name)
        if served and served.keeper == keeper.pid:
            return served
        time.sleep(_LOOK_S)
    kind = RunnerError if _lives(keeper) else KeeperGoneError
    end([keeper], grace_s=1)
    raise kind(f"models.{plan.name}: its keeper did not begin; {_said(folder, plan.name)}")


def _ready(folder: RunnerFolder, served: Served) -> Served:
    """The same server once it is up. Its keeper knows how long that may take."""
    while True:
        found = read_served(folder, served.name)
        if found and found.state == "failed":
            end(filter(None, [keeper_of(found)]), grace_s=_END_S)
            why = f"town.toml: models.{served.name}.local: {found.file}: {found.reason}"
            raise RunnerError(f"{why}\nIts log: {folder.log(served.name)}")
        if found is None or keeper_of(found) is None:
            raise KeeperGoneError(
                f"models.{served.name}: its keeper ended; {_said(folder, served.name)}"
            )
        if found.state == "ready":
            return found
        time.sleep(_LOOK_S)


def _wait_for_end(keeper: psutil.Process, limit_s: float) -> None:
    """Until a keeper that was asked to end did; one that hangs is killed, its server with it."""
    give_up = time.monotonic() + limit_s
    while _lives(keeper):
        if time.monotonic() >= give_up:
            end([keeper], grace_s=0)
            return
        time.sleep(_LOOK_S)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _said(folder: RunnerFolder, name: str) -> str:
    log = folder.log(name)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
    return f"{log} ends with:\n" + "\n".join(lines)
