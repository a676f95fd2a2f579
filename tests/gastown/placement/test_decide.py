from dataclasses import replace

from gastown.machine.capacity import Capacity
from gastown.placement.decide import Decision, decide
from gastown.placement.judge import judge
from gastown.placement.outlook import Lease, Outlook, Purse, Ready
from gastown.placement.session import LocalRoute, Session
from tests.gastown.placement.given import CAP, GPU, HERE, NOW, THERE, busy, outlook, ready, session


def clock(moment: float) -> str:
    """Seconds from now, so that the texts below can be read."""
    return f"+{moment - NOW:.0f}"


def only(one: Ready, moment: Outlook) -> Decision:
    (decision,) = decide([one], moment)
    assert judge(decision.facts) == decision.verdict
    return decision


def said(one: Ready, moment: Outlook) -> tuple[str, str]:
    decision = only(one, moment)
    return decision.kind, decision.because(clock)


def test_what_fits_and_is_in_time_runs_here():
    assert said(ready(session()), outlook()) == ("local", "fits here and saves $0.0128")


def test_what_has_no_local_route_goes_to_the_cloud():
    assert said(ready(session(local=None)), outlook()) == ("cloud", "no local model for it")


def test_where_power_is_dearer_than_the_cloud_the_cloud_has_it():
    dear = session(local=replace(HERE, power=20_000))

    assert said(ready(dear), outlook()) == ("cloud", "power here is $0.0200, the cloud $0.0135")


def test_what_would_be_late_here_bursts_at_once():
    late = ready(session(), target=NOW + 300 + 100 - 84)

    assert said(late, outlook()) == ("cloud", "local would miss the target by 84 s")


def test_it_waits_for_the_gpu_until_the_cloud_is_due():
    waiting = ready(session(), target=NOW + 300 + 120 + 60)

    assert said(waiting, outlook(busy(NOW + 50))) == (
        "wait",
        "waits for a slot of qwen-7b; bursts at +60",
    )


def test_there_is_no_point_in_waiting_for_a_start_that_is_too_late():
    waiting = ready(session(), target=NOW + 300 + 120 + 60)

    assert said(waiting, outlook(busy(NOW + 90))) == ("cloud", "local starts too late, by 10 s")


def test_when_the_timer_is_up_it_bursts():
    slow = session(cloud=replace(THERE, seconds=150))
    waiting = ready(slow, target=NOW + 300 + 150)

    kind, reason = said(waiting, outlook(busy(NOW + 20)))

    assert (kind, reason) == ("cloud", "waited for a slot of qwen-7b as long as the target allows")


def test_the_moment_the_gpu_is_free_the_next_session_runs_here():
    waiting = ready(session(), target=NOW + 1000)

    assert only(waiting, outlook(busy(NOW + 50))).kind == "wait"
    assert only(waiting, outlook()).kind == "local"


def test_the_session_that_saves_more_per_second_of_the_machine_goes_first():
    cheap = ready(session("cheap", cloud=replace(THERE, price=5000)), since=NOW - 500)
    dear = ready(session("dear", cloud=replace(THERE, price=50_000)))

    kinds = {one.key: one.kind for one in decide([cheap, dear], outlook())}

    assert kinds == {"dear": "local", "cheap": "wait"}


def test_without_money_it_waits_for_the_machine_however_late():
    late = ready(session(), target=NOW)

    assert said(late, outlook(left=100)) == (
        "local",
        "fits here; budget: needs $0.0135, $0.0001 left",
    )
    assert said(late, outlook(busy(NOW + 50), left=100)) == (
        "wait",
        "waits for a slot of qwen-7b; budget: needs $0.0135, $0.0001 left",
    )


def test_without_money_and_without_a_local_route_it_is_held():
    assert said(ready(session(local=None)), outlook(left=100)) == (
        "hold",
        "budget: needs $0.0135, $0.0001 left; no local model for it",
    )


def test_what_is_earmarked_is_there_for_what_can_only_run_in_the_cloud():
    moment = replace(outlook(), purses={"day": Purse(20_000, earmarked=10_000)})
    late, bound = ready(session("late"), target=NOW), ready(session("bound", local=None))

    assert {one.key: one.kind for one in decide([late, bound], moment)} == {
        "late": "local",
        "bound": "cloud",
    }


def test_two_sessions_of_one_round_do_not_spend_the_same_money():
    late = [ready(session(key, local=None)) for key in ("a", "b")]

    assert [one.kind for one in decide(late, outlook(left=20_000))] == ["cloud", "hold"]


def test_local_only_never_bursts():
    bound = ready(session(local_only=True), target=NOW)

    assert said(bound, outlook()) == ("local", "fits here; it has no other place")
    assert said(bound, outlook(busy(NOW + 50))) == ("wait", "waits for a slot of qwen-7b")


def test_what_the_machine_can_never_hold_is_held_with_what_is_lacking():
    huge = replace(HERE, claims=Capacity(vram_mib=9000))

    assert said(ready(session(local=huge, local_only=True)), outlook()) == (
        "hold",
        "more than the machine lends: the GPU",
    )


def test_a_cloud_that_is_shut_leaves_the_machine():
    shut = replace(outlook(busy(NOW + 50)), shut={"": "no worker"})

    assert said(ready(session(), target=NOW), shut) == (
        "wait",
        "waits for a slot of qwen-7b; cloud: no worker",
    )
    assert said(ready(session(local=None)), shut)[0] == "hold"


def test_a_full_cloud_is_waited_for():
    full = replace(outlook(busy(NOW + 50)), cloud_room=0)

    assert said(ready(session(), target=NOW), full) == ("wait", "waits for a place in the cloud")


def test_a_cap_that_shrank_admits_nothing_until_use_fits_again():
    small = replace(CAP, vram_mib=2000)
    cores = LocalRoute(50, Capacity(p_cores=2))
    other = ready(session(local=cores), target=NOW + 5000)

    decision = only(other, outlook(busy(NOW + 50), cap=small))

    assert (decision.kind, decision.facts.starts) == ("wait", NOW + 50)
    assert only(other, outlook(cap=small)).kind == "local"


def test_an_idle_model_makes_room_and_a_busy_one_does_not():
    other = replace(GPU, name="other")
    wants = ready(session(local=replace(HERE, model=other), local_only=True))

    assert only(wants, outlook()).kind == "local"
    assert only(wants, outlook(busy(NOW + 50))).facts.short == "the GPU"


def test_two_sessions_share_a_model_that_has_two_slots_and_room_for_two_caches():
    twice = replace(GPU, slots=2)
    small = replace(HERE, claims=Capacity(vram_mib=1100), model=twice)
    both = [ready(session(key, local=small, local_only=True)) for key in ("a", "b")]

    assert [one.kind for one in decide(both, outlook())] == ["local", "local"]


def test_the_oldest_that_must_stay_keeps_its_turn_and_others_fill_the_gap():
    """EASY: a stream of small sessions cannot keep a large one waiting for ever."""
    large = bound("large", LocalRoute(60, Capacity(vram_mib=6500)), since=NOW - 50)
    short = bound("short", LocalRoute(30, Capacity(vram_mib=3500)))
    long = bound("long", LocalRoute(90, Capacity(vram_mib=3500)))
    moment = Outlook(NOW, CAP, (Lease("x", NOW + 40, Capacity(vram_mib=3500)),))

    kinds = {one.key: one.because(clock) for one in decide([short, long, large], moment)}

    assert kinds == {
        "large": "waits for the GPU",
        "long": "waits for an older session's turn",
        "short": "fits here; it has no other place",
    }


def bound(key: str, route: LocalRoute, since: float = NOW) -> Ready:
    return ready(Session(key, local=route), since=since)
