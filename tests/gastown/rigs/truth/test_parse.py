"""truth.toml: read whole, or refused with file and key."""

import re
from pathlib import Path

import pytest

from gastown.errors import ConfigError
from gastown.rigs.truth.claims import LogClaim, PixelClaim, VisionClaim
from gastown.rigs.truth.parse import load_truth
from tests.gastown.rigs.truth.given import flat, png, put

HEAD = '[[scenario]]\nid = "sample"\nframes = ["card.png"]\n'
LOG = '[[scenario.claims]]\nkind = "log"\ntext = "Says hello"\ncontains = "hello"\n'
PIXEL = '[[scenario.claims]]\nkind = "pixel"\ntext = "Looks so"\nframe = "card.png"\n'
DOCS = Path(__file__).parents[4] / "docs" / "truth.md"


def _load(folder, text, **pictures: bytes | str):
    return load_truth(put(folder, {"truth.toml": text, **pictures}))


def test_the_example_of_the_documentation_is_a_truth(tmp_path):
    text = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[0]

    truth = _load(tmp_path, text, **{"sample/card.png": png(), "sample/mask.png": flat()})

    log, pixel, vision = (one.claim for one in truth.claims)
    assert isinstance(log, LogClaim)
    assert isinstance(pixel, PixelClaim)
    assert isinstance(vision, VisionClaim)
    assert (pixel.mask, pixel.threshold, pixel.share) == ("sample/mask.png", 16, 0.001)
    assert sorted(truth.pictures) == ["sample/card.png", "sample/mask.png"]


def test_so_are_its_other_examples_with_its_criteria(tmp_path):
    text = DOCS.read_text(encoding="utf-8")
    _, *others = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (criteria,) = re.findall(r"```\n(1\. \[pixel\].*?)```", text, re.DOTALL)
    pictures = {f"menu/ref-{at}.png": png() for at in ("0030", "0089")}
    pages = {f"lesson/ref-{at}.png": png() for at in ("0100", "2000")}

    menu = _load(tmp_path / "1", others[0], **pictures, **{"menu/criteria.md": criteria})
    fitting = criteria.replace("0089", "2000")
    lesson = _load(tmp_path / "2", others[1], **pages, **{"lesson/criteria.md": fitting})

    assert [one.claim.kind for one in menu.claims] == ["pixel"] * 2 + ["log"] * 2 + ["vision"] * 2
    assert (menu.scenario[0].build, lesson.scenario[0].until) == ("Linux Proof", "window.ready")


def test_tolerances_are_for_all_frames_or_for_one(tmp_path):
    head = '[[scenario]]\nid = "s"\nframes = ["a.png", "b.png"]\n'
    pixel = '[[scenario.claims]]\nkind = "pixel"\ntext = "t"\n'
    files = {"s/a.png": png(), "s/b.png": png()}
    tolerances = 'share = 0.01\n["b.png"]\nthreshold = 40\n'

    truth = _load(tmp_path, head + pixel, **files, **{"s/tol.toml": tolerances})

    told = {name: (one.threshold, one.share) for name, one in truth.tolerances.items()}
    assert told == {"s/a.png": (16, 0.01), "s/b.png": (40, 0.01)}


@pytest.mark.parametrize(
    ("tolerances", "why"),
    [
        ("share = 2", r"tol\.toml: share: Input should be less than 1"),
        ("shade = 2", r"tol\.toml: shade: Extra inputs"),
        ('["c.png"]\nshare = 0.1', r"tol\.toml: c\.png: no such frame; it has \['card\.png'\]"),
        ("share =", r"tol\.toml: Invalid value"),
    ],
)
def test_a_mistake_in_tolerances_is_named(tmp_path, tolerances, why):
    with pytest.raises(ConfigError, match=why):
        _load(tmp_path, HEAD + LOG, **{"sample/tol.toml": tolerances})


def test_while_it_is_recorded_references_may_be_missing(tmp_path):
    put(tmp_path, {"truth.toml": HEAD + PIXEL})

    assert load_truth(tmp_path, recording=True).pictures == {}
    with pytest.raises(ConfigError, match="make it with `town truth record`"):
        load_truth(tmp_path)


def test_claims_are_numbered_through_their_scenario(tmp_path):
    second = HEAD.replace("sample", "other") + LOG
    vision = '[[scenario.claims]]\nkind = "vision"\ntext = "Looks good"\n'

    truth = _load(tmp_path, HEAD + LOG + LOG + second + vision)

    assert [(one.number, one.scenario.id) for one in truth.claims] == [
        (1, "sample"), (2, "sample"), (1, "other"), (2, "other"),
    ]  # fmt: skip
    assert [(one.number, one.scenario.id) for one in truth.for_the_eye] == [(2, "other")]


def test_a_reference_lies_in_the_scenarios_folder_unless_it_says_otherwise(tmp_path):
    named = PIXEL + 'reference = "gold.png"\n'

    truth = _load(tmp_path, HEAD + PIXEL + named, **{"sample/card.png": png(), "gold.png": png()})

    assert sorted(truth.pictures) == ["gold.png", "sample/card.png"]


BAD = {
    "": r"truth\.toml: scenario: Field required",
    "[[scenario": r"truth\.toml: Expected",
    HEAD: "scenario sample: no claims; write some into .*sample/criteria.md",
    HEAD + LOG + HEAD + LOG: "more than one scenario is called sample",
    HEAD + LOG + "color = 1\n": r"claims\.0\.log\.color: Extra inputs",
    HEAD + LOG + 'absent = "x"\n': "give one of contains, matches, absent, clean",
    HEAD + LOG.replace('contains = "hello"', 'matches = "("'): "no regular expression",
    HEAD + LOG.replace('"log"', '"smell"'): r"claims\.0: .*'smell'",
    HEAD.replace("card.png", "../card.png") + LOG: r"scenario\.0\.frames\.names\.0",
    HEAD.replace("card.png", "x.png") + PIXEL: "looks at card.png, which is not among frames",
    HEAD + PIXEL: "scenario sample, claim 1, 'Looks so': sample/card.png is not there",
    HEAD + PIXEL + 'reference = "../../etc/passwd"\n': r"claims\.0\.pixel\.reference",
    HEAD + PIXEL + "share = 1.0\n": r"claims\.0\.pixel\.share",
    HEAD + "claims = 5\n": r"scenario\.0\.claims: Input should be a valid tuple",
    "scenario = [1]\n": r"scenario\.0: Input should be",
    "scenario = 1\n": r"scenario: Input should be a valid tuple",
    "pictures = {}\n" + HEAD + LOG: "pictures: no such key",
}


@pytest.mark.parametrize(("text", "why"), BAD.items())
def test_a_mistake_is_named_with_its_key(tmp_path, text, why):
    with pytest.raises(ConfigError, match=why):
        _load(tmp_path, text)


def test_a_folder_without_truth_says_where_to_read_about_it(tmp_path):
    with pytest.raises(ConfigError, match=r"no such file; docs/truth\.md"):
        load_truth(tmp_path)


@pytest.mark.parametrize(
    ("pictures", "why"),
    [
        ({"sample/card.png": b"GIF89a"}, "cannot be read as PNG"),
        ({"sample/card.png": png()[:60]}, "cannot be read as PNG"),
        ({"sample/card.png": png(), "m.png": flat((3, 3))}, r"m\.png is not as large"),
    ],
)
def test_a_picture_that_will_not_do_is_named(tmp_path, pictures, why):
    mask = 'mask = "m.png"\n' * ("m.png" in pictures)

    with pytest.raises(ConfigError, match=why):
        _load(tmp_path, HEAD + PIXEL + mask, **pictures)


def test_a_reference_may_not_be_a_link(tmp_path):
    put(tmp_path, {"real.png": png()})
    (tmp_path / "truth" / "sample").mkdir(parents=True)
    (tmp_path / "truth" / "sample" / "card.png").symlink_to(tmp_path / "real.png")

    with pytest.raises(ConfigError, match="leads through a link"):
        _load(tmp_path / "truth", HEAD + PIXEL)
