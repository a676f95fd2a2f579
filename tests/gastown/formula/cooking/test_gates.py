"""Gates: steps before steps, that need what those need."""

import pytest

from tests.gastown.formula.baked import baked, needs, refused
from tests.gastown.formula.given import TOWN

BEFORE = '[[steps]]\nid = "x"\n[[steps]]\nid = "s"\ntitle = "deploy"\nneeds = ["x"]\n'


def gate(said: str) -> str:
    return f"{BEFORE}gate = {{{said}}}\n"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("", "s.gate-human"),
        ('type = "human", id = "approve it"', "s.gate-approve-it"),
        ('type = "gh:run", id = "a", await_id = "4711"', "s.gate-4711"),
        ('type = "gh:pr", await_id = "{{pr}}"', "s.gate-12"),
        ('type = "timer", timeout = "1h30m"', "s.gate-timer"),
        ('type = "conditional", await_id = "x.status == closed"', "s.gate-conditional"),
        ('type = "bead", await_id = "api:api-1"', "s.gate-api:api-1"),
        ('type = "mail", id = "[{( )}]"', "s.gate-mail"),
    ],
)
def test_a_gate_stands_before_its_step_and_needs_what_that_needs(said: str, key: str):
    plan = baked('[vars]\npr = "12"\n' + gate(said))

    assert needs(plan) == {"x": (), key: ("x",), "s": ("x", key)}
    assert plan.by_key[key].kind == "gate"
    assert plan.by_key["s"].gate is None


def test_a_gate_says_what_is_waited_for_and_how_long():
    plan = baked(
        '[vars]\npr = "12"\nhow = "2d"\n'
        + gate('type = "gh:pr", await_id = "{{pr}}", timeout = "{{how}}"')
    )
    found = plan.by_key["s.gate-12"]

    assert found.gate
    assert (found.gate.type, found.gate.await_id, found.gate.timeout_s) == ("gh:pr", "12", 172_800)


def test_the_title_of_a_gate_names_what_is_waited_for_as_it_is():
    text = '[vars]\nrepo = "owner/name"\n' + gate('type = "gh:pr", await_id = "{{repo}}#12"')

    assert baked(text).by_key["s.gate-owner/name#12"].title == "owner/name#12 before deploy"


@pytest.mark.parametrize("said", ['await_id = "10m"', 'id = "{{how}}"'])
def test_a_timer_may_say_its_time_as_what_it_waits_for(said: str):
    plan = baked('[vars]\nhow = "10m"\n' + gate(f'type = "timer", {said}'))
    found = plan.by_key["s.gate-10m"].gate

    assert found
    assert (found.await_id, found.timeout_s) == ("10m", None)


def test_a_gate_is_there_as_often_as_its_step():
    text = gate('type = "bead", await_id = "{{bead}}"').replace(
        'id = "s"', 'id = "s"\neach = "beads"'
    )
    found = baked(text, scope=TOWN).by_key["s.gate-bead[g-1]"]

    assert found.gate
    assert found.gate.await_id == "g-1"
    assert found.bead == "g-1"


def test_a_gate_goes_with_its_step():
    text = gate("") + 'condition = "{{on}}"\n[[steps]]\nid = "z"\nneeds = ["s"]\n'

    assert needs(baked(text)) == {"x": (), "z": ("x",)}


def test_a_gate_at_a_parent_holds_its_children():
    plan = baked(gate("") + '[[steps.children]]\nid = "c"\n')

    assert needs(plan)["c"] == ("x", "s.gate-human")


def test_an_interactive_step_is_what_a_person_does():
    plan = baked(BEFORE + "interactive = true\n")
    step = plan.by_key["s"]

    assert (step.kind, step.needs) == ("gate", ("x",))
    assert step.gate
    assert step.gate.type == "human"


def test_an_interactive_parent_has_a_person_before_its_children():
    plan = baked(BEFORE + 'interactive = true\n[[steps.children]]\nid = "c"\n')

    assert plan.by_key["s.gate-human"].kind == "gate"
    assert needs(plan)["c"] == ("x", "s.gate-human")


def test_each_rule_of_compose_gate_puts_one_before_its_step():
    text = BEFORE + "".join(
        f'[[compose.gate]]\nbefore = "{before}"\ncondition = "{condition}"\n'
        for before, condition in (
            ("s", "x.status == closed"),
            ("s", "x.output.ok == true"),
            ("x", "env.GO == 1"),
        )
    )
    plan = baked(text)

    assert needs(plan) == {
        "x.gate-conditional": (),
        "x": ("x.gate-conditional",),
        "s.gate-conditional": ("x",),
        "s.gate-conditional-2": ("x",),
        "s": ("x", "s.gate-conditional", "s.gate-conditional-2"),
    }
    second = plan.by_key["s.gate-conditional-2"].gate
    assert second
    assert (second.type, second.await_id) == ("conditional", "x.output.ok == true")


def test_compose_gate_passes_over_a_step_that_dropped_out():
    rule = '[[compose.gate]]\nbefore = "s"\ncondition = "x.status == closed"\n'

    assert needs(baked(BEFORE + 'condition = "{{on}}"\n' + rule)) == {"x": ()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (gate('type = "{{slip}}"'), "steps.s.gate-humn.type: 'humn' is no gate"),
        (gate('timeout = "{{kind}}"'), "steps.s.gate-human.timeout: 'moon'"),
        (
            gate('type = "conditional", id = "q.status == closed"'),
            "steps.s.gate-conditional.gate: a condition names the step 'q'",
        ),
        (f'{BEFORE}[[compose.gate]]\nbefore = "q"\ncondition = "env.A == 1"\n', "no step 'q'"),
    ],
)
def test_a_gate_that_can_not_be_meant_is_refused(text: str, said: str):
    assert said in refused('[vars]\nkind = "moon"\nslip = "humn"\n' + text)


def test_a_gate_that_nothing_can_judge_is_a_persons():
    for said in ('type = "moon"', 'type = "conditional", await_id = "looks good"'):
        opened = baked(gate(said)).by_key
        (planned,) = (one.gate for one in opened.values() if one.gate)
        assert planned.type == "human"


def test_a_time_with_a_name_in_it_that_nothing_filled_in_is_said():
    assert "is no duration" in refused('[[steps]]\nid = "a"\ngate = { timeout = "2{i}" }')
