"""What a fresh session is told keeps to its budget, and names all that it leaves out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.context import CHARS_PER_TOKEN
from gastown.hooks.prime import Part, prime

TEXTS = st.text(st.sampled_from("ab `\n"), max_size=3_000)
PARTS = st.lists(
    st.builds(
        Part,
        name=st.sampled_from(["card", "guide", "mail", "bead", "ground"]),
        text=TEXTS,
        rank=st.integers(0, 4),
        quoted=st.booleans(),
    ),
    max_size=7,
)


def part(name: str, chars: int, rank: int) -> Part:
    return Part(name=name, text=name[0] * chars, rank=rank)


@settings(max_examples=150, deadline=None)
@given(PARTS, st.integers(0, 4_000))
def test_the_budget_is_kept_and_nothing_is_lost_in_silence(parts: list[Part], tokens: int):
    primed = prime(parts, tokens)

    assert len(primed.text) <= tokens * CHARS_PER_TOKEN
    assert primed.tokens <= primed.budget == tokens
    told = [one for one in parts if one.text.strip()]
    whole = "\n\n".join(one.shown for one in told)
    if len(whole) <= tokens * CHARS_PER_TOKEN:
        assert (primed.text, primed.cut) == (whole, ())
    else:
        assert primed.cut
    for one in told:
        named = any(cut.name == one.name for cut in primed.cut)
        assert named or one.shown in primed.text


@settings(max_examples=60, deadline=None)
@given(PARTS, st.integers(700, 4_000))
def test_a_part_is_touched_only_when_all_of_greater_rank_are(parts: list[Part], tokens: int):
    parts = [one.model_copy(update={"name": f"p{at}"}) for at, one in enumerate(parts)]
    told = {one.name: one for one in parts if one.text.strip()}
    cut = {one.name for one in prime(parts, tokens).cut}

    for name in cut:
        above = {one.name for one in told.values() if one.rank > told[name].rank}
        assert above <= cut


def test_the_least_important_goes_first_and_the_end_says_what_went():
    parts = [part("bead", 900, 0), part("guide", 3_000, 3), part("mail", 2_000, 2)]

    primed = prime(parts, 900)

    assert "b" * 900 in primed.text
    assert [(cut.name, cut.whole) for cut in primed.cut] == [("guide", True), ("mail", False)]
    assert "characters left out" in primed.text
    assert primed.text.endswith(
        f"Left out for want of room, in characters: guide (all), mail ({primed.cut[1].chars})."
    )


def test_a_fence_is_never_cut_open():
    quoted = Part(name="log", text="```\n" * 900, rank=1, quoted=True)

    primed = prime([part("bead", 500, 0), quoted], 700)

    fences = [line for line in primed.text.splitlines() if line == "````"]
    assert len(fences) == 2
