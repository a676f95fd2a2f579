"""What a step takes here and in the cloud, by its seat."""

from datetime import date

from gastown.catalogue.price import shipped_prices
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Demand
from gastown.machine.capacity import Capacity
from gastown.money.pricebook import PriceBook
from gastown.placement.routes import BURST_START_S, Fit, Known, session_of
from gastown.placement.session import LocalRoute, Model
from gastown.stage import Seat, Slot
from gastown.town.config import TownConfig

DAY = date(2026, 11, 1)
BOOK = PriceBook(shipped_prices())
CONFIG = TownConfig.model_validate({"town": {"name": "t"}})
PRICES = {name: price for name in CONFIG.catalogue.rows if (price := BOOK.on(name, DAY))}


def seat(local: str | None, burst: str | None) -> Seat:
    return Seat(local=Slot(model=local, because="test"), burst=Slot(model=burst, because="test"))


def session(role: str, local: str | None, burst: str | None, config: TownConfig = CONFIG):
    step = PlannedStep(key=role, step=role, title=role, role=role)
    return session_of(step, seat(local, burst), Known(config, PRICES))


def test_a_polecat_takes_the_gpu_models_cache_and_a_sandbox():
    polecat = session("polecat", "qwen3-coder-7b", "qwen3-coder-30b")
    assert polecat.local is not None
    assert polecat.local.claims == Capacity(vram_mib=1540, sandboxes=1)
    assert polecat.local.model is not None
    assert polecat.local.model.weights == Capacity(vram_mib=5116)


def test_a_review_on_the_processor_takes_cores_and_memory_but_no_vram():
    refinery = session("refinery", "deepseek-r1-32b", "qwen3-coder-480b")
    assert refinery.local is not None
    assert refinery.local.claims.vram_mib == 0
    assert refinery.local.claims.p_cores > 0
    assert refinery.local.claims.ram_mib > 0


def test_the_cloud_costs_what_the_day_says():
    """70,000 tokens read and 5,000 written at $0.18 a million."""
    polecat = session("polecat", "qwen3-coder-7b", "qwen3-coder-30b")
    assert polecat.cloud is not None
    assert polecat.cloud.price == 13_500


def test_a_stage_that_does_not_travel_works_here_with_the_clouds_model():
    spotter = session("spotter", None, "kimi-k2.5")
    assert spotter.local is None
    assert spotter.cloud is not None
    assert spotter.cloud.claims == Capacity(sandboxes=1)


def test_a_stage_of_tools_needs_no_model():
    gauger = session("gauger", None, None)
    assert gauger.cloud is None
    assert gauger.local is not None
    assert gauger.local.claims == Capacity(sandboxes=1)


def test_a_model_that_another_machine_serves_takes_nothing_here():
    row = {"endpoint": "http://10.0.0.9:8080/v1"}
    elsewhere = TownConfig.model_validate(
        {"town": {"name": "t"}, "models": {"qwen3-coder-7b": row}}
    )
    polecat = session("polecat", "qwen3-coder-7b", None, elsewhere)
    assert polecat.local is not None
    assert polecat.local.claims == Capacity(sandboxes=1)
    assert polecat.local.model is not None
    assert polecat.local.model.weights == Capacity()


def test_a_stage_that_travels_takes_the_seconds_of_its_start_elsewhere():
    rig = {"prefix": "co", "origin": "https://git.example/core.git", "gauge": {"kind": "pytest"}}
    models = {"qwen3-coder-30b": {"endpoint": "https://api.example/v1"}}
    tables = {"town": {"name": "t"}, "rigs": {"core": rig}, "models": models}
    config = TownConfig.model_validate({**tables, "burst": {"enabled": True}})
    step = PlannedStep(key="p[co-1]", step="p", title="p", role="polecat", rig="core")
    known = Known(config, PRICES)
    away = session_of(step, seat(None, "qwen3-coder-30b"), known).cloud
    home = session_of(step.model_copy(update={"rig": None}), seat(None, "qwen3-coder-30b"), known)
    assert away is not None
    assert home.cloud is not None
    assert away.claims == Capacity()
    assert away.seconds == home.cloud.seconds + BURST_START_S


def served(fits: dict[str, Fit]) -> LocalRoute:
    models = {"qwen3-coder-7b": {"local": {"file": "q.gguf", "slots": 3}}}
    config = TownConfig.model_validate({"town": {"name": "t"}, "models": models})
    step = PlannedStep(key="p", step="p", title="p", role="polecat")
    route = session_of(step, seat("qwen3-coder-7b", None), Known(config, PRICES, fits=fits)).local
    assert route is not None
    return route


def test_a_model_from_a_file_takes_what_its_plan_says_and_one_of_its_slots():
    held, used = Capacity(vram_mib=5300, ram_mib=200), Capacity(p_cores=1)
    route = served({"qwen3-coder-7b": Fit(held, used)})

    assert route.model == Model("qwen3-coder-7b", held, 3, slot="model:qwen3-coder-7b")
    assert route.demand == Demand(Capacity(p_cores=1, sandboxes=1), {"model:qwen3-coder-7b": 1})


def test_a_model_whose_file_is_not_there_is_reckoned_by_its_figures_and_its_slots():
    route = served({})

    assert route.model == Model(
        "qwen3-coder-7b", Capacity(vram_mib=5116), 3, slot="model:qwen3-coder-7b"
    )


def test_a_model_at_an_endpoint_has_no_slots_of_the_ledger():
    polecat = session("polecat", "qwen3-coder-7b", None)
    assert polecat.local is not None
    assert polecat.local.demand == Demand(polecat.local.claims)
