"""town.toml is edited as a person would edit it: comments stay, nothing invalid gets in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import ConfigError, NotFoundError
from gastown.town.config import load_config
from gastown.town.edit import drop_rig, edit, put_model, put_rig, set_seat, write_checked
from gastown.town.tables.table import NAME, PREFIX

START = """\
# What this town is for.
[town]
name = "oak"      # as the owner calls it

# The first rig came with the house.
[rigs.attic]
prefix = "at"
origin = "/srv/attic.git"
[rigs.attic.gauge]
kind = "pytest"
"""
CELLAR = {"prefix": "ce", "origin": "/srv/cellar.git", "gauge": {"kind": "pytest"}}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text(START)
    return path


def test_an_added_rig_leaves_every_earlier_line_as_it_was(file):
    config = edit(file, put_rig("cellar", CELLAR))

    assert file.read_text().startswith(START)
    assert config == load_config(file)
    assert config.rig("cellar").prefix == "ce"


def test_a_removed_rig_takes_its_nested_tables_with_it_and_nothing_else(file):
    edit(
        file,
        put_rig("cellar", {**CELLAR, "assemblies": {"web": {"build": ["b"], "capture": ["c"]}}}),
    )

    edit(file, drop_rig("cellar"))

    assert file.read_text().rstrip() == START.rstrip()


def test_removing_a_rig_that_is_not_there_changes_nothing(file):
    with pytest.raises(NotFoundError, match="cellar"):
        edit(file, drop_rig("cellar"))

    assert file.read_text() == START


def test_a_seat_needs_its_model_first(file):
    with pytest.raises(ConfigError, match=r"town\.toml.*seats.default.*qwen"):
        edit(file, set_seat("default", "qwen"))
    assert file.read_text() == START

    edit(file, put_model("qwen", {"endpoint": "http://127.0.0.1:1"}))
    edit(file, set_seat("default", "qwen"))
    config = edit(file, set_seat("polecat", "qwen"))

    assert (config.seats.default, config.seats.roles) == ("qwen", {"polecat": "qwen"})


def test_a_second_prefix_of_the_same_name_is_refused_and_the_file_stays(file):
    with pytest.raises(ConfigError, match="'at' is taken by attic"):
        edit(file, put_rig("cellar", {**CELLAR, "prefix": "at"}))

    assert file.read_text() == START
    assert [path.name for path in file.parent.iterdir()] == ["town.toml"]


def test_a_file_that_is_wrong_already_is_not_edited(file):
    file.write_text(START + "colour = 'red'\n")

    with pytest.raises(ConfigError, match="colour"):
        edit(file, put_rig("cellar", CELLAR))


def test_write_checked_names_the_file_it_would_have_written(tmp_path):
    with pytest.raises(ConfigError, match=r"town\.toml: town: Field required") as caught:
        write_checked(tmp_path / "town.toml", "")

    assert ".town-" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_many_who_edit_at_once_lose_no_change(file):
    with ThreadPoolExecutor(8) as pool:
        names = [f"rig{number}" for number in range(16)]
        changes = [put_rig(name, {**CELLAR, "prefix": name}) for name in names]
        list(pool.map(lambda change: edit(file, change), changes))

    assert set(load_config(file).rigs) == {"attic", *names}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.from_regex(NAME, fullmatch=True), st.from_regex(PREFIX, fullmatch=True)),
        max_size=5,
        unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
    )
)
def test_rigs_put_in_and_taken_out_again_leave_the_file_as_it_was(tmp_path_factory, rigs):
    file = tmp_path_factory.mktemp("town") / "town.toml"
    file.write_text(START)
    added = [(n, p) for n, p in rigs if n != "attic" and p not in {"at", "hq"}]

    for name, prefix in added:
        edit(file, put_rig(name, {**CELLAR, "prefix": prefix}))
    assert list(load_config(file).rigs) == ["attic", *(name for name, _ in added)]
    for name, _ in reversed(added):
        edit(file, drop_rig(name))

    assert file.read_text().rstrip() == START.rstrip()
