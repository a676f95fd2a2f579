"""`[sources.NAME]`: each kind says what it needs, and no token stands in town.toml."""

import re
import tomllib
from pathlib import Path

import pytest

from gastown.errors import ConfigError
from gastown.town.config import TownConfig, load_config

DOCS = Path(__file__).parents[3] / "docs"
ISSUES = 'kind = "github-issues"\nrepo = "acme/game"'


@pytest.fixture
def written(tmp_path):
    def _written(table: str, name: str = "public"):
        file = tmp_path / "town.toml"
        file.write_text(f'[town]\nname = "oak"\n[sources.{name}]\n{table}\n')
        return load_config(file)

    return _written


@pytest.mark.parametrize(
    ("table", "reader"),
    [
        (ISSUES, "bug-scout"),
        (f'{ISSUES}\ntoken = "GITHUB_TOKEN"\nreader = "oracle"', "oracle"),
        ('kind = "github-discussions"\nrepo = "acme/game"\ntoken = "GITHUB_TOKEN"', "oracle"),
        ('kind = "discord"\nchannel = "12"\nguild = "3"\ntoken = "BOT"', "oracle"),
        ('kind = "reddit"\nsubreddit = "game"\ntoken = "REDDIT"', "oracle"),
        ('kind = "feed"\nurl = "https://forum.example/feed.xml"', "oracle"),
    ],
)
def test_every_kind_is_read_by_somebody(written, table, reader):
    assert written(table).sources["public"].read_by == reader


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('kind = "pigeon"', "kind"),
        ('kind = "github-issues"', "repo: is missing; github-issues needs repo"),
        ('kind = "github-discussions"\nrepo = "a/b"', "token: is missing"),
        ('kind = "feed"\nurl = "ftp://x"', "url"),
        (f'{ISSUES}\nurl = "https://x.example"', "url: says nothing of github-issues"),
        (f'{ISSUES}\ntoken = "ghp_0123456789abcdef"', "token"),
        (f'{ISSUES}\nrepo = "a"', "overwrite"),
        (f'{ISSUES}\nrig = "cellar"', "sources.public.rig: no rig 'cellar'; rigs: none yet"),
        (f'{ISSUES}\ntoken = "T"\napi = "http://git.example"', "a token goes over https only"),
        ('kind = "github-issues"\nrepo = "../../etc"', "repo"),
    ],
)
def test_a_mistake_is_named(written, table, said):
    with pytest.raises(ConfigError, match=r"town\.toml") as caught:
        written(table)

    assert said in str(caught.value)
    assert "0123456789abcdef" not in str(caught.value)


@pytest.mark.parametrize("name", ['"../x"', "Public", '""', '"a b"'])
def test_a_name_is_fit_for_a_folder(written, name):
    with pytest.raises(ConfigError, match="sources"):
        written(ISSUES, name)


def test_where_a_brief_goes_is_a_block(tmp_path):
    file = tmp_path / "town.toml"
    file.write_text('[town]\nname = "oak"\n[assistant]\nnotify = ["https://hooks.example/x"]\n')

    with pytest.raises(ConfigError, match="notify"):
        load_config(file)


@pytest.mark.parametrize("page", ["feedback", "assistant"])
def test_the_examples_of_the_documentation_are_valid(page):
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    game = {"prefix": "ga", "origin": "x", "gauge": {"kind": "pytest"}}

    assert examples
    for example in examples:
        told = tomllib.loads(example)
        TownConfig.model_validate({"town": {"name": "oak"}, "rigs": {"game": game}, **told})
