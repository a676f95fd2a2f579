"""Whole formulas by the format's grammar, of all four kinds with every construct; broken ones too.

They are documents as a file's parser gives them, small, and right by construction: needs lead to
steps above, names to what is there. `LIBRARY` holds the formulas that they build on.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from gastown.formula.library import Frozen
from gastown.formula.parse import parse

Document = dict[str, Any]

WORDS = st.sampled_from(["plan", "do it", "{{who}} works", 'say "x"', "a\nb\n", "\\n", "ü{", "#"])
PLAIN = st.sampled_from(["alpha", "beta", "x y", "ü"])
PATHS = st.sampled_from(["status == closed", "output.ok == 'yes'", "output.n >= 3"])

LIBRARY_DOCUMENTS: dict[str, Document] = {
    "twice": {
        "formula": "twice",
        "type": "expansion",
        "vars": {"note": "n"},
        "template": [
            {"id": "{target}.draft", "title": "Draft {target.title}", "notes": "{note}"},
            {"id": "{target}.check", "title": "Check", "needs": ["{target}.draft"]},
        ],
    },
    "log": {
        "formula": "log",
        "type": "aspect",
        "advice": [
            {
                "target": "*",
                "before": [{"id": "{step.id}-begin", "title": "Begin {step.title}"}],
                "after": [{"id": "{step.id}-end", "title": "End"}],
            }
        ],
    },
    "one": {
        "formula": "one",
        "vars": {"what": "it"},
        "steps": [{"id": "do", "title": "Do {{what}}"}],
    },
    "base": {
        "formula": "base",
        "vars": {"who": "she", "pace": "slow"},
        "steps": [
            {"id": "base-first", "title": "First {{pace}}"},
            {"id": "base-last", "title": "Last", "needs": ["base-first"]},
        ],
    },
}


def library() -> Frozen:
    """The formulas that the generated ones name."""
    texts = ((name, json.dumps(one)) for name, one in LIBRARY_DOCUMENTS.items())
    return Frozen({name: parse(text, f"{name}.formula.json").formula for name, text in texts})


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({}, optional=optional)


PROSE = some(
    title=WORDS,
    description=WORDS,
    notes=WORDS,
    acceptance=WORDS | st.lists(PLAIN, max_size=2),
    design=WORDS,
    type=st.sampled_from(["task", "bug", "epic"]),
    priority=st.integers(0, 4),
    labels=st.lists(PLAIN, max_size=2),
    assignee=WORDS,
    metadata=st.dictionaries(PLAIN, st.integers(-5, 5) | WORDS | st.lists(PLAIN, max_size=2)),
    role=PLAIN,
)
GATES = st.one_of(
    st.just({"type": "human"}),
    st.just({"type": "timer", "timeout": "1h30m"}),
    st.just({"type": "gh:run", "id": "ci", "timeout": "2d"}),
    st.just({"type": "gh:pr", "await_id": "{{who}}"}),
    st.just({"type": "mail", "await_id": "mayor"}),
    st.just({"type": "bead", "await_id": "r:b-1"}),
    st.fixed_dictionaries({"type": st.just("conditional"), "await_id": PATHS}),
)
ON_COMPLETE = some(parallel=st.booleans(), vars=st.just({"what": "{item.name} {index}"})).map(
    lambda some: {"for_each": "output.items", "bond": "one", **some}
)
CONDITIONS = st.sampled_from(["{{on}}", "!{{on}}", "{{on}} == yes", "{{who}} != 'she'"])


@st.composite
def plain(draw: st.DrawFn, name: str, before: list[str]) -> Document:
    """A step that is one, with needs among the steps above it in its room."""
    needs = st.lists(st.sampled_from(before), unique=True, max_size=2) if before else st.just([])
    said = draw(PROSE | st.just({"title": "t"}))
    edges = draw(some(needs=needs, depends_on=needs))
    return {"id": name, **said, **edges, **draw(some(condition=CONDITIONS))}


@st.composite
def within(draw: st.DrawFn, name: str, most: int = 2) -> list[Document]:
    """A few plain steps that may need each other."""
    names = [f"{name}-{letter}" for letter in "pqr"[: draw(st.integers(1, most))]]
    return [draw(plain(one, names[:at])) for at, one in enumerate(names)]


@st.composite
def loops(draw: st.DrawFn, name: str, until: bool = True) -> Document:
    body = draw(within(name))
    body[0].pop("condition", None)  # what is asked about is never dropped
    ways = [
        {"count": draw(st.integers(1, 3))},
        {"range": draw(st.sampled_from(["1..2", "2..{n}", "1..2*{n}"])), "var": "i"},
        {"until": f"{body[0]['id']}.{draw(PATHS)}", "max": 3},
    ]
    return {**draw(st.sampled_from(ways if until else ways[:2])), "body": body}


@st.composite
def steps(draw: st.DrawFn, name: str, before: list[str]) -> Document:
    """A step with one of the constructs that make more of it, or none."""
    step = draw(plain(name, before))
    kind = draw(st.sampled_from(["", "", "children", "loop", "expand", "fan", "gate", "each"]))
    if kind == "children":
        step["children"] = draw(within(name))
    elif kind == "loop":
        step["loop"] = draw(loops(name))
    elif kind == "expand":
        step |= {"expand": "twice", **draw(some(expand_vars=st.just({"note": "{{who}}"})))}
    elif kind == "fan":
        step["on_complete"] = draw(ON_COMPLETE)
    elif kind == "gate":
        step |= draw(some(gate=GATES, interactive=st.booleans(), parallel=st.booleans()))
    elif kind == "each":
        step["each"] = draw(st.sampled_from(["rigs", "beads", "assemblies", "things"]))
    return step


VARS: Document = {
    "who": {"description": "Who.", "default": "she", "pattern": "^[a-z]*$"},
    "on": {"default": "yes", "enum": ["yes", "no"]},
    "n": 2,
    "things": ["p", "q"],
    "strict": {"type": "bool", "default": True},
}


@st.composite
def composes(draw: st.DrawFn, names: list[str]) -> Document:
    """Rules over the steps there are; each step is touched by one rule at most."""
    first, last = names[0], names[-1]
    rules: dict[str, Any] = {
        "bond_points": [{"id": "p", "after_step": first}, {"id": "q", "before_step": last}],
        "hooks": [{"trigger": "label:alpha", "attach": "one", "vars": {"what": "w"}}],
        "gate": [{"before": last, "condition": "steps.closed >= 1"}],
        "aspects": ["log"],
        "expand": [{"target": last, "with": "twice", "vars": {"note": "k"}}],
        "map": [{"select": f"{last}", "with": "twice"}],
    }
    if len(names) > 2:
        rules["branch"] = [{"from": names[0], "steps": names[1:-1], "join": names[-1]}]
    chosen = draw(st.lists(st.sampled_from(sorted(rules)), unique=True, max_size=3))
    if "expand" in chosen and "map" in chosen:
        chosen.remove("map")
    return {key: rules[key] for key in chosen}


@st.composite
def workflows(draw: st.DrawFn, weave: bool = True) -> Document:
    names = [f"s{number}" for number in range(draw(st.integers(1, 4)))]
    listed = [draw(steps(name, names[:at])) for at, name in enumerate(names)]
    waiting = [one["id"] for one in listed if "children" in one or "on_complete" in one]
    if waiting:
        forms = ["all-children", "any-children", f"children-of({waiting[0]})"]
        waits = {"waits_for": draw(st.sampled_from(forms)), "needs": [waiting[0]]}
        listed.append({"id": "w", "title": "Wait", **waits})
    found: Document = {"formula": "f", "vars": VARS, "steps": listed}
    plain_names = [one["id"] for one in listed if not {*one} & MORE]
    if weave and plain_names:
        found |= draw(some(compose=composes(plain_names)))
    if weave:
        found |= draw(some(extends=st.just(["base"]), advice=ADVICE, pointcuts=POINTCUTS))
    return found | draw(ABOUT)


MORE = {"children", "loop", "expand", "on_complete", "gate", "interactive", "each"}
ADVICE = st.just([{"target": "s0", "around": {"before": [{"id": "{step.id}-pre", "title": "P"}]}}])
POINTCUTS = st.just([{"glob": "s*"}])
ABOUT = some(
    description=WORDS,
    version=st.integers(1, 3),
    phase=st.sampled_from(["liquid", "vapor"]),
    pour=st.booleans(),
    squash=st.just({"trigger": "on_complete", "keep": [1, True]}),
)


@st.composite
def expansions(draw: st.DrawFn) -> Document:
    template = [
        {**draw(plain(f"{{target}}.t{at}", [f"{{target}}.t{one}" for one in range(at)]))}
        for at in range(draw(st.integers(1, 3)))
    ]
    return {"formula": "f", "type": "expansion", "vars": VARS, "template": template, **draw(ABOUT)}


@st.composite
def aspects(draw: st.DrawFn) -> Document:
    advised: Document = {"advice": draw(ADVICE), **draw(some(pointcuts=POINTCUTS))}
    listed: Document = {"aspects": [{"id": "a1", "title": "A", "focus": "f"}, {"id": "a2"}]}
    return {"formula": "f", "type": "aspect", **draw(st.sampled_from([advised, listed]))}


@st.composite
def convoys(draw: st.DrawFn) -> Document:
    legs = [
        {"id": f"leg{at}", **draw(some(title=PLAIN, focus=PLAIN, description=GO, agent=PLAIN))}
        for at in range(draw(st.integers(1, 3)))
    ]
    some_legs = st.lists(st.sampled_from([leg["id"] for leg in legs]), unique=True)
    return {
        "formula": "f",
        "type": "convoy",
        "legs": legs,
        **draw(
            some(
                synthesis=some(title=PLAIN, description=GO, depends_on=some_legs),
                inputs=st.just(INPUTS),
                prompts=st.just({"base": "Look at {{.leg.focus}}."}),
                output=st.just({"directory": "out/{{.review_id}}", "leg_pattern": "{{.leg.id}}"}),
                presets=st.just({"quick": {"description": "d", "legs": [legs[0]["id"]]}}),
                agent=PLAIN,
                review_only=st.booleans(),
            )
        ),
    }


GO = st.sampled_from(["plain", "{{.leg.id}}", "{{if .pr}}PR {{.pr}}{{end}}"])
INPUTS = {
    "pr": {"type": "string", "required_unless": ["files"]},
    "files": {"description": "d", "required": True, "required_unless": ["pr"], "default": "a.py"},
}

FORMULAS = st.one_of(workflows(), workflows(), expansions(), aspects(), convoys())


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.sampled_from(["s0", "{{x", "{target}", "all-children", "1..0", "*", "[", "{i}"]),
)


@st.composite
def broken(draw: st.DrawFn) -> Document:
    """A formula in which a few values are wrong, gone, or under another key."""
    found: Any = json.loads(json.dumps(draw(FORMULAS)))
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(st.sampled_from(list(_places(found))))
        match draw(st.sampled_from(["junk", "junk", "gone", "renamed", "copied"])):
            case "gone":
                del holder[key]
            case "renamed" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = holder.pop(key)
            case "copied":
                there, other = draw(st.sampled_from(list(_places(found))))
                holder[key] = json.loads(json.dumps(there[other]))
            case _:
                holder[key] = deepcopy(draw(JUNK))
        if not found:
            break
    return found


KEYS = ["Title", "needs", "need", "steps", "children", "gate", "extends", "type", "check", "zzz"]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document: what holds it, and the key or number there."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in list(inside):
        yield value, key
        if isinstance(one, dict | list):
            yield from _places(one)
