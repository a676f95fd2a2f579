"""Routes: what a step takes on this machine and in the cloud, from its seat and what is known.

Figures and speeds are the catalogue's, prices the price book's, and the work an estimate by role;
where nobody knows a speed, a moderate one is assumed, so that a forecast errs and does not fail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gastown.burst.stays import stays
from gastown.catalogue.roles import ROLES, SITS_WITH
from gastown.catalogue.row import ModelRow, Speed
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.names import model_slot
from gastown.machine.capacity import Capacity
from gastown.money.pricebook import Price
from gastown.money.prices import cost
from gastown.placement.session import CloudRoute, LocalRoute, Model, Session
from gastown.placement.work import W2, Work
from gastown.stage import Seat, Usage
from gastown.town.config import TownConfig

A_SANDBOX = Capacity(sandboxes=1)
TOOLS = Work(0, 0, 0, 0, 60)
"""What is reckoned with for a step that no known role does."""
QUESTION = Work(6_000, 6_000, 600, 1, 0)
"""What is reckoned with for a role that answers once from what it is shown."""
UNKNOWN_LOCAL = Speed(tps=20, source="assumed")
UNKNOWN_READS = 400.0
UNKNOWN_CLOUD = Speed(tps=60, ttft_s=1.5, source="assumed")
BURST_START_S = 7.0
"""From the decision until a stage that travels runs on a warm worker."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_KWH_J = 3_600_000


@dataclass(frozen=True, slots=True)
class Fit:
    """What a model's file takes of this machine: as long as it is loaded, and by each session."""

    residency: Capacity
    activity: Capacity


@dataclass(frozen=True, slots=True)
class Known:
    """All that routes are worked out from.

    `prices` are those that hold today, by model; `fits` are of models that the town serves from a
    file, by model too, and go before the catalogue's figures.
    """

    config: TownConfig
    prices: Mapping[str, Price]
    works: Mapping[str, Work] = field(default_factory=lambda: W2)
    fits: Mapping[str, Fit] = field(default_factory=dict[str, Fit])

    def row(self, model: str) -> ModelRow:
        """A model's row in the catalogue."""
        return self.config.catalogue[model]

    def work(self, role: str) -> Work:
        """What a session of the role is expected to read and write."""
        return self.works.get(role, QUESTION if role in ROLES or role in SITS_WITH else TOOLS)


def session_of(step: PlannedStep, seat: Seat, known: Known) -> Session:
    """The step as placement sees it."""
    return Session(
        step.key,
        step.role,
        step.needs,
        local=_local(step, seat, known),
        cloud=_cloud(step, seat, known),
    )


def _local(step: PlannedStep, seat: Seat, known: Known) -> LocalRoute | None:
    work = known.work(step.role)
    name = seat.local.model
    if name is None:
        role = ROLES.get(step.role)
        takes_none = seat.burst.model is None or (role is not None and role.tools)
        return LocalRoute(work.tools_s, A_SANDBOX) if takes_none else None
    row = known.row(name)
    speed = row.speed or UNKNOWN_LOCAL
    reads = speed.prefill_tps or UNKNOWN_READS
    busy = work.turns * speed.ttft_s + work.fresh / reads + work.out / speed.tps
    watts = row.figures.watts if row.figures else 0.0
    power = round(busy * watts * float(known.config.money.kwh_usd or 0) * 1e6 / _KWH_J)
    claims = A_SANDBOX + session_claims(name, known)
    return LocalRoute(busy + work.tools_s, claims, model_of(name, known), power)


def _cloud(step: PlannedStep, seat: Seat, known: Known) -> CloudRoute | None:
    """The way with the cloud's model; where the stage itself stays here, it takes a sandbox."""
    name = seat.burst.model
    price = known.prices.get(name) if name else None
    if name is None:
        return None
    work, row = known.work(step.role), known.row(name)
    speed = row.speed or UNKNOWN_CLOUD
    home = not step.bound or bool(stays(known.config, step.role, step.rig, name))
    start = 0.0 if home else BURST_START_S
    seconds = start + work.turns * speed.ttft_s + work.out / speed.tps + work.tools_s
    usage = Usage(input_tokens=work.billed, output_tokens=work.out)
    micro = cost(usage, price.prices) if price else 0
    return CloudRoute(seconds, micro, claims=A_SANDBOX if home else Capacity(), model=name)


def session_claims(name: str, known: Known) -> Capacity:
    """What one session of a model takes of this machine beside what is held while it is loaded."""
    if name in known.fits:
        return known.fits[name].activity
    row = known.row(name)
    figures = row.figures
    if figures is None or not _is_here(name, known.config):
        return Capacity()
    cache = round(figures.kv_mib_per_token * row.context)
    vram, ram = (cache, 0) if figures.kv_on == "gpu" else (0, cache)
    return Capacity(vram, ram, figures.p_cores, figures.e_cores)


def model_of(name: str, known: Known) -> Model:
    """A model as placement sees it; one that another machine serves has no weights here."""
    config, figures = known.config, known.row(name).figures
    weights = Capacity()
    if figures is not None and _is_here(name, config):
        weights = Capacity(round(figures.vram_mib), round(figures.ram_mib))
    table = config.models.get(name)
    if table is not None and table.local is not None:
        weights = known.fits[name].residency if name in known.fits else weights
        return Model(name, weights, table.local.slots, slot=model_slot(name))
    if figures is None or not _is_here(name, config):
        return Model(name, slots=config.machine.sandboxes)
    return Model(name, weights)


def _is_here(name: str, config: TownConfig) -> bool:
    """Whether this machine serves it; a row that only ships is taken to be meant for here."""
    table = config.models.get(name)
    if table is None or table.local is not None:
        return True
    return (urlsplit(table.endpoint).hostname or "") in _LOOPBACK
