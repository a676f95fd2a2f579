"""What the tests of placement start from: a machine with one GPU slot, and sessions on it."""

from dataclasses import replace

from gastown.machine.capacity import Capacity
from gastown.placement.outlook import Lease, Outlook, Purse, Ready
from gastown.placement.session import CloudRoute, LocalRoute, Model, Session

CAP = Capacity(vram_mib=7577, ram_mib=60_000, p_cores=6, e_cores=4, sandboxes=8)
GPU = Model("qwen-7b", Capacity(vram_mib=4800), slots=1, load_s=0)
HERE = LocalRoute(100, Capacity(vram_mib=1500), GPU, power=700)
THERE = CloudRoute(120, price=13_500)
NOW = 1000.0


def session(key: str = "s", **changes: object) -> Session:
    """Both ways are open to it."""
    return replace(Session(key, "polecat", local=HERE, cloud=THERE), **changes)


def ready(one: Session, target: float = 2000.0, tail: float = 300.0, since: float = NOW) -> Ready:
    """Ready now, with much time."""
    return Ready(one, since, tail, target, purses=("day",))


def outlook(*leases: Lease, cap: Capacity = CAP, left: int | None = None) -> Outlook:
    """Now; `left` is what the day's budget leaves."""
    purses = {} if left is None else {"day": Purse(left)}
    return Outlook(NOW, cap, leases, (GPU,), purses)


def busy(until: float, key: str = "other") -> Lease:
    """The GPU is taken until then."""
    return Lease(key, until, HERE.claims, GPU)
