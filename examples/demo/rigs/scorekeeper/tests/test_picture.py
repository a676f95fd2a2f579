from scorekeeper.hits import Hit, parse
from scorekeeper.picture import COLOURS, HEIGHT, WIDTH, Canvas, draw


def test_a_picture_is_a_png_of_its_size():
    png = draw(parse("PGM")).png()

    assert png.startswith(b"\x89PNG")
    assert png[16:24] == WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big")


def test_each_kind_of_hit_shows_its_colour():
    dots = {dot for row in draw(parse("PGM")).rows for dot in row}

    assert set(COLOURS.values()) <= dots


def test_a_perfect_hit_stands_higher_than_a_good_one():
    def dots(text):
        return sum(row.count(COLOURS[Hit(text)]) for row in draw(parse(text)).rows)

    assert dots("P") > dots("G") > dots("M") > 0


def test_what_falls_outside_is_cut_off():
    canvas = Canvas()
    canvas.block(WIDTH - 1, HEIGHT - 1, 9, 9, (1, 2, 3))

    assert [len(row) for row in canvas.rows] == [WIDTH] * HEIGHT
