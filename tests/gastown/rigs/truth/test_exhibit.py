"""Exhibits and the page: what differs can be seen, and nothing that is told becomes markup."""

import re

from gastown.rigs.truth.exhibit import exhibits
from gastown.rigs.truth.model import Truth
from gastown.rigs.truth.picture import MARK, open_picture
from gastown.rigs.truth.report import STRIP, Report, render, strip, verdict
from gastown.rigs.truth.sighting import Capture, Sighting
from tests.gastown.rigs.truth.given import png, put

MOVED = png(boxes=((2, 2, 10, 10), (20, 5, 30, 13)))
HOSTILE = '<script>alert("x")</script><img src="https://example.org/x">'


def _exhibits(tmp_path, frames, reference=True, kind=None):
    scenario = {"id": "s", "frames": ["a.png"], **(kind or {})}
    place = "s/a.png" if kind is None else "s/ref-0030.png"
    pictures = {place: png()} if reference else {}
    truth = Truth.model_validate({"scenario": [scenario], "pictures": pictures})
    return exhibits(truth, {"s": Capture("", put(tmp_path, frames))})


def test_what_differs_is_marked_framed_and_enlarged(tmp_path):
    (one,) = _exhibits(tmp_path, {"a.png": MOVED})

    assert (one.differs, one.box) == (True, (20, 4, 31, 14))
    assert one.marked is not None
    assert one.detail is not None
    assert open_picture(one.marked).convert("RGB").getpixel((25, 4)) == MARK
    assert open_picture(one.detail).width > open_picture(MOVED).width


def test_what_is_alike_has_nothing_to_see(tmp_path):
    (one,) = _exhibits(tmp_path, {"a.png": png()})

    assert (one.differs, one.share, one.box, one.detail) == (False, 0.0, None, None)


def test_a_frame_that_cannot_be_compared_says_why(tmp_path):
    (lost,) = _exhibits(tmp_path / "1", {})
    (other,) = _exhibits(tmp_path / "2", {"a.png": png((10, 10))})
    (alone,) = _exhibits(tmp_path / "3", {"a.png": png()}, reference=False)

    assert (lost.note, lost.differs) == ("a.png was not captured", True)
    assert (other.note, other.differs) == ("10 x 10; the reference is 40 x 20", True)
    assert (alone.note, alone.differs, alone.reference) == ("", False, None)


def test_a_moment_is_told_as_its_kind_counts_it(tmp_path):
    godot = {"kind": "godot", "at": [30], "frames": 31}
    (one,) = _exhibits(tmp_path, {"0030.png": png()}, kind=godot)

    assert one.when == "frame 30"


def _report(tmp_path, said="fine"):
    sighting = Sighting(
        number=1, scenario="s", kind="log", claim=said, verdict="fail", evidence=said
    )
    shown = _exhibits(tmp_path, {"a.png": MOVED})
    facts, logs = {"Build": said}, {"s": f"{said}\n" * 300}
    return Report(said, [sighting], [said], facts=facts, exhibits=shown, logs=logs)


def test_the_page_holds_its_pictures_and_asks_nobody_for_anything(tmp_path):
    page = render(_report(tmp_path))["report.html"]

    assert page.count('src="data:image/png;base64,') == 4  # three, and the enlarged place
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "<script" not in page
    assert "… 100 lines before" in page


def test_what_rigs_programs_and_models_say_is_text_on_the_page(tmp_path):
    page = render(_report(tmp_path, HOSTILE))["report.html"]

    assert "<script" not in page
    assert "<img src=" not in page
    assert page.count("&lt;script&gt;") >= 5


def test_the_strip_shows_the_frame_that_matters_most(tmp_path):
    made = strip(_report(tmp_path).exhibits)

    assert made is not None
    assert open_picture(made).width == STRIP
    assert strip([]) is None


def test_the_whole_is_as_good_as_its_worst_claim():
    def one(said):
        return Sighting(number=1, scenario="s", kind="log", claim="c", verdict=said, evidence="e")

    assert verdict([one("pass"), one("pass")]) == "pass"
    assert verdict([one("pass"), one("unsure")]) == "unsure"
    assert verdict([one("unsure"), one("fail"), one("pass")]) == "fail"
