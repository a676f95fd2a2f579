"""Answer files as a person writes them, and the mistakes in them by line."""

from pathlib import Path

import pytest
from PIL import Image

from gastown.errors import ConfigError
from gastown.rehearsal.answers import load_answer
from gastown.rehearsal.images import pixels
from gastown.rehearsal.turn import Call, Turn, settle


def written(folder: Path, text: str) -> Path:
    path = folder / "answer.md"
    path.write_text(text, encoding="utf-8")
    return path


TURNS = """\
A remark for the reader.

# turn: forgets the cap

I add the file,
then submit.

## write_file src/combo.md
````markdown
# Not a heading of ours
```python
x = 1
```
````

## edit_file src/a.py
```search
a = 1
```
```replace
a = 2
```

## submit
```toml
summary = "Adds it."
findings = []
```

# turn

## read_file src/combo.md
"""


def test_a_turn_is_prose_and_calls_whose_fences_are_arguments(tmp_path: Path):
    first, second = load_answer(written(tmp_path, TURNS))

    assert first.text == "I add the file, then submit."
    assert first.calls == (
        Call(
            "write_file",
            {"path": "src/combo.md", "content": "# Not a heading of ours\n```python\nx = 1\n```\n"},
        ),
        Call("edit_file", {"path": "src/a.py", "search": "a = 1\n", "replace": "a = 2\n"}),
        Call("submit", {"summary": "Adds it.", "findings": []}),
    )
    assert second == Turn(calls=(Call("read_file", {"path": "src/combo.md"}),))


def test_an_answer_is_the_text_of_its_fence(tmp_path: Path):
    path = written(tmp_path, '# answer\n```json\n{"a": 1}\n```\n')

    assert load_answer(path) == (Turn(text='{"a": 1}'),)


def test_an_answer_may_depend_on_the_pixels_of_a_picture(tmp_path: Path):
    Image.new("RGB", (3, 2), "red").save(tmp_path / "red.png")
    path = written(
        tmp_path,
        "# answer\n```json\nfail\n```\n## when image 2 is red.png\n```json\npass\n```\n",
    )
    red = pixels((tmp_path / "red.png").read_bytes())

    (turn,) = load_answer(path)

    assert settle(turn, ["other", red]).text == "pass"
    assert settle(turn, [red, "other"]).text == "fail"
    assert settle(turn, [red]).text == "fail"


def test_an_answer_may_depend_on_every_picture(tmp_path: Path):
    Image.new("RGB", (3, 2), "red").save(tmp_path / "red.png")
    path = written(
        tmp_path, "# answer\n```\nfail\n```\n## when every image is red.png\n```\npass\n```\n"
    )
    red = pixels((tmp_path / "red.png").read_bytes())

    (turn,) = load_answer(path)

    said = [settle(turn, images).text for images in ([red], [red, red], [red, "other"], [])]
    assert said == ["pass", "pass", "fail", "fail"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no `# turn`"),
        ("x\n# tune\n", 2, "expected `# turn` or `# answer`"),
        ("# turn\n## submit\n```toml\nsummary = \n```\n", 3, "TOML"),
        ("# turn\n## write_file a\n```python\nx\n", 3, "never closed"),
        ("# answer\n", 1, "fence"),
        ("# answer\n```\nx\n```\n## if\n", 5, "when image N is PATH"),
        ("# answer\n```\nx\n```\n## when image 1 is no.png\n```\ny\n```\n", 5, "no such picture"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(tmp_path: Path, text: str, line: int, reason: str):
    path = written(tmp_path, text)

    with pytest.raises(ConfigError, match=reason) as error:
        load_answer(path)

    assert str(error.value).startswith(f"{path}:{line}: ")
