"""town.toml is refused with the key at fault and the way out."""

import pytest

from gastown.errors import ConfigError
from gastown.town.config import load_config

RIG = """
[rigs.{name}]
prefix = "{name}"
origin = "/srv/{name}.git"
[rigs.{name}.gauge]
kind = "pytest"
"""
ASSEMBLY = '[rigs.{rig}.assemblies.{name}]\nbuild = ["make"]\ncapture = ["shoot"]\n'


@pytest.fixture
def write(tmp_path):
    def _write(*parts: str):
        path = tmp_path / "town.toml"
        path.write_text('[town]\nname = "oak"\n' + "".join(parts))
        return path

    return _write


def rig(name: str, *assemblies: str) -> str:
    made = [ASSEMBLY.format(rig=name, name=assembly) for assembly in assemblies]
    return RIG.format(name=name) + "".join(made)


def test_rigs_may_have_several_assemblies_each(write):
    config = load_config(write(rig("shop", "web", "app"), rig("game", "game-web")))

    assert list(config.rig("shop").assemblies) == ["web", "app"]


@pytest.mark.parametrize("name", ["web", "Web"])
def test_two_rigs_with_an_assembly_of_one_name_are_refused_as_they_would_share_a_folder(
    write, name
):
    path = write(rig("shop", "web"), rig("game", name))

    with pytest.raises(ConfigError) as told:
        load_config(path)

    said = str(told.value)
    assert f"game.assemblies.{name}" in said
    assert "rigs.shop.assemblies.web" in said
    assert f"rename one, e.g. game-{name}" in said


def test_two_rigs_with_one_prefix_are_refused(write):
    same = rig("game").replace('prefix = "game"', 'prefix = "shop"')

    with pytest.raises(ConfigError, match=r"game.prefix: 'shop' is taken by shop"):
        load_config(write(rig("shop"), same))
