from scorekeeper.card import WIDTH, card
from scorekeeper.hits import parse


def test_every_row_is_as_wide_as_the_card():
    assert {len(row) for row in card(parse("PPG")).splitlines()} == {WIDTH}


def test_the_card_begins_with_the_points():
    assert card(parse("PG")).splitlines()[0].split() == ["Points", "150"]
