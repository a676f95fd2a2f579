"""What is allowed, but reads like a mistake."""

from tests.gastown.formula.linting.said import findings, odd, step

NOT_POURED = "a formula of the phase vapor leaves no beads, so there is nothing to pour"


def test_a_phase_that_is_none_and_one_that_is_not_poured():
    remarks = [(key, message) for _, key, message, _ in findings(f'phase = "gas"\n{step()}')]
    assert ("phase", "'gas' is none of liquid, vapor; it changes nothing") in remarks

    found = findings(f'phase = "vapor"\npour = true\n{step()}')
    assert ("warning", "pour", NOT_POURED, "bd: warns when it is poured") in found


def test_values_for_an_expansion_that_is_not_there():
    assert odd(step('expand_vars = {x = "1"}')) == {
        "steps.a.expand_vars": "without expand nothing takes them"
    }


def test_a_step_that_is_expanded_needs_no_title():
    e = {"type": "expansion", "template": [{"id": "{target}.x", "title": "t"}]}

    assert odd('[[steps]]\nid = "a"\nexpand = "e"', e=e) == {}


def test_nested_steps_are_judged_too():
    text = step('children = [{id = "c", role = "polcat", type = "bgu"}]')

    assert odd(text) == {
        "steps.a.children.c": "has no title, so its key stands in",
        "steps.a.children.c.role": "nobody plays the role 'polcat'; did you mean polecat?",
        "steps.a.children.c.type": "'bgu' is none of bug, chore, epic, feature, task",
    }


def test_a_leg_has_a_role_that_somebody_plays():
    assert odd('[[legs]]\nid = "a"\nrole = "polcat"\n[synthesis]\nrole = "nobody"') == {
        "legs.a.role": "nobody plays the role 'polcat'; did you mean polecat?",
        "synthesis.role": "nobody plays the role 'nobody'",
    }
