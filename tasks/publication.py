"""publication: Prefect's global concurrency limits show what the host's ledger says is held.

The ledger decides, and this follows within a fraction of a second: so a hand-over takes
milliseconds also when the server is slow or away (docs/decisions/0009). One process at a time
publishes for all on the PC; whatever it did is on record in the ledger, so that another goes on
where it was killed.
"""

import fcntl
import os
import threading
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from typing import Self
from uuid import uuid4

from blocks.limits import LEASE_S, Limit, Limits
from gastown.errors import GasTownError
from gastown.machine.admission.ledger import AdmissionLedger, Published
from gastown.machine.admission.names import by_count, host_prefix, limit_name
from gastown.town.engine import api_url
from gastown.town.town import Town

LOOK_S = 0.1
"""How soon a change of the ledger shows on the server."""
CHECK_S = 1.0
"""How soon what others took of the limits shows in the ledger."""
_RENEW_S = LEASE_S / 3
_ASKED = "asked "  # begins the id of what the server was asked for and has not answered yet
_LOST = "lost "  # begins the id of a lease that the server does not know any more


class Publication:
    """What one server's limits show of one ledger. Use one at a time: `alone`."""

    def __init__(
        self, ledger: AdmissionLedger, limits: Limits, server: str, host: str = ""
    ) -> None:
        self._ledger = ledger
        self._limits = limits
        self._server = server
        self._host = host
        name = sha256(server.encode()).hexdigest()[:8]
        self._lock = ledger.path.with_suffix(f".{name}.lock")

    @contextmanager
    def alone(self) -> Generator[bool]:
        """Whether nobody else publishes; if so, nobody does for the block."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            yield _locked(handle)
        finally:
            os.close(handle)

    def reconcile(self) -> None:
        """Make the server show what is held, and the ledger know what others hold.

        Raises GasTownError when the server is away; the next call goes on from there.
        """
        self._renew()
        self._take_back()
        self._take()
        self._count()

    def _renew(self, at_once: Collection[str] = ()) -> None:
        """Renew what is due, and what takes of these limits."""
        now = self._ledger.now()
        for one in self._ledger.published(self._server):
            left = one.until - now
            fresh = LEASE_S - _RENEW_S < left <= LEASE_S and not set(one.names) & set(at_once)
            if fresh or one.id.startswith(_LOST):
                continue
            if one.id.startswith(_ASKED):
                self._forget_in_time(one, left)
            elif self._limits.renew(one.id):
                self._ledger.publish(self._server, replace(one, until=now + LEASE_S))
            else:
                self._lose(one)

    def _lose(self, one: Published) -> None:
        """Note that the server does not know it any more: its slots may be counted there still."""
        self._ledger.publish(self._server, replace(one, id=f"{_LOST}{one.id}"))
        self._ledger.unpublish(one)

    def _forget_in_time(self, asked: Published, left: float) -> None:
        """What was asked by a process that died over it may be held until the server ends it."""
        if not 0 < left <= LEASE_S:
            self._ledger.unpublish(asked)

    def _take_back(self) -> None:
        """Give back what is held no more; the dead hold nothing."""
        held = {lease.token for lease in self._ledger.leases()}
        for one in self._ledger.published(self._server):
            if one.token in held or one.id.startswith((_ASKED, _LOST)):
                continue
            if self._limits.give(one.id):
                self._ledger.unpublish(one)
            else:
                self._lose(one)

    def _take(self) -> None:
        """Take what is not published yet; what others hold is in the way, and counted after."""
        published = self._ledger.published(self._server)
        done = {(one.token, one.slots) for one in published if not one.id.startswith(_LOST)}
        for lease in self._ledger.leases():
            for slots, names in by_count(lease.ask.demand.amounts, self._host).items():
                if (lease.token, slots) in done:
                    continue
                self._take_one(lease.token, names, slots)

    def _take_one(self, token: int, names: tuple[str, ...], slots: int) -> None:
        """Note that it is asked before it is: who dies in between leaves no stranger's lease."""
        until = self._ledger.now() + LEASE_S
        asked = Published(f"{_ASKED}{uuid4()}", token, names, slots, until)
        self._ledger.publish(self._server, asked)
        taken = self._limits.take(names, slots)
        if taken is not None:
            self._ledger.publish(self._server, replace(asked, id=taken))
        self._ledger.unpublish(asked)

    def _count(self) -> None:
        """What is taken and not ours is others', whom the ledger does not know."""
        found = self._limits.read()
        before = self._ledger.foreign(self._server)
        names = self._ledger.names() | before.keys()
        known = {limit_name(name, self._host): name for name in names}
        theirs = Counter({title: before.get(name, 0) for title, name in known.items()})
        tally = _Tally(self._ledger.published(self._server))
        if fell := [one for one in found if found[one].active < tally.ours[one] + theirs[one]]:
            self._renew(fell)  # others gave back, or the server has ended leases of ours
            tally = _Tally(self._ledger.published(self._server))
        others: dict[str, int] = {}
        for title in found.keys() & (known.keys() | tally.lost.keys()):
            active = self._corrected(found[title], tally, theirs[title])
            if title in known:
                others[known[title]] = max(0, active - tally.ours[title] - tally.maybe[title])
        self._ledger.taken_elsewhere(self._server, others)
        for one in tally.gone:
            self._ledger.unpublish(one)

    def _corrected(self, limit: Limit, tally: "_Tally", others: int) -> int:
        """How many slots are taken; where the server lost count, it is told.

        Of a lost lease's slots it has lost count if more are taken than is ours and was others'.
        """
        ours = tally.ours[limit.name]
        above = limit.active - ours - tally.maybe[limit.name] - others
        active = max(limit.active - max(0, min(tally.lost[limit.name], above)), ours)
        if active != limit.active:
            self._limits.correct(limit.name, active)
        return active


class _Tally:
    """Slots by limit: surely ours, asked for, and of leases that the server has lost."""

    def __init__(self, published: Iterable[Published]) -> None:
        self.ours: Counter[str] = Counter()
        self.maybe: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.gone: list[Published] = []
        for one in published:
            slots = dict.fromkeys(one.names, one.slots)
            if one.id.startswith(_LOST):
                self.lost.update(slots)
                self.gone.append(one)
            else:
                (self.maybe if one.id.startswith(_ASKED) else self.ours).update(slots)


class Publisher:
    """Publishes while it is open, when no other process does; a thread of its own does it all.

    Args:
        ledger: The host's.
        api_url: Of the server.
        host: Before each limit's name, where several PCs share the server.
        say: Hears of a server that is away, once, and of its return.
    """

    def __init__(
        self, ledger: AdmissionLedger, api_url: str, host: str, say: Callable[[str], object]
    ) -> None:
        self._ledger = ledger
        self._limits = Limits(api_url)
        self._say = say
        self._away = False
        self._publication = Publication(ledger, self._limits, api_url, host)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="publisher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Publish once more, so that what was given back since is free there too; then end."""
        self._closed.set()
        self._thread.join()
        self._limits.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        while not self._closed.is_set():
            with self._publication.alone() as mine:
                if mine:
                    self._publish()
            self._closed.wait(CHECK_S)

    def _publish(self) -> None:
        """Follow the ledger until we are closed."""
        seen, checked = -1, 0.0
        while True:
            closed = self._closed.is_set()
            with suppress(GasTownError):  # the ledger is busy; again soon
                last, now = self._ledger.last_event(), self._ledger.now()
                if last != seen or closed or now - checked >= CHECK_S:
                    self._reconcile()
                    seen, checked = last, now
            if closed:
                return
            self._closed.wait(LOOK_S)

    def _reconcile(self) -> None:
        try:
            self._publication.reconcile()
        except GasTownError as error:
            if not self._away:
                self._say(f"limits are not published for now: {error}")
            self._away = True
        else:
            if self._away:
                self._say("limits are published again")
            self._away = False


@contextmanager
def published(town: Town, ledger: AdmissionLedger, say: Callable[[str], object]) -> Generator[None]:
    """Let the town's server show what is held of this PC, where there is a server."""
    url = api_url(town.layout, town.config)
    if url is None:
        yield
        return
    with Publisher(ledger, url, host_prefix(town.config), say):
        yield


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
