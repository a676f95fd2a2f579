"""How long a formula says that something may take."""

import pytest

from gastown.formula.duration import seconds


@pytest.mark.parametrize(
    ("text", "long"),
    [("90s", 90), ("30m", 1800), ("1h30m", 5400), ("2d", 172_800), ("1.5h", 5400), ("500ms", 0.5)],
)
def test_a_duration_in_seconds(text: str, long: float):
    assert seconds(text) == long


@pytest.mark.parametrize(
    "text", ["", "5", "m", "1h 30m", "-5m", "1w", "five minutes", "9" * 400 + "d"]
)
def test_any_other_text_is_refused(text: str):
    with pytest.raises(ValueError, match=r"duration|longer than ten years"):
        seconds(text)
