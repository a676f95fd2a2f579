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

MODEL = '[models.x]\nendpoint = "http://127.0.0.1:9/v1"\n'


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


def test_what_the_machine_has_and_what_its_person_keeps_may_be_said_one_by_one(write):
    config = load_config(write("[machine]\np_cores = 8\nkeep = { p_cores = 2, vram_mib = 0 }\n"))

    assert (config.machine.p_cores, config.machine.keep.p_cores) == (8, 2)
    assert (config.machine.vram_mib, config.machine.keep.vram_mib) == (None, 0)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("p_cores = -1", r"machine\.p_cores: .*greater than or equal to 0"),
        ("keep = { ram_mib = -1 }", r"machine\.keep\.ram_mib: .*greater than or equal to 0"),
        ("keep = { disk = 1 }", r"machine\.keep\.disk: "),
        ('profile = "rtx9090"', r"machine\.profile: .*'rtx3080'"),
        ("e_cores = 4\nkeep = { e_cores = 5 }", r"machine: .*keep\.e_cores: keeps 5 of 4"),
    ],
)
def test_a_machine_that_cannot_be_is_refused_by_its_key(write, table, said):
    with pytest.raises(ConfigError, match=said):
        load_config(write(f"[machine]\n{table}\n"))


def test_a_budget_may_cap_the_day_each_convoy_and_roles(write):
    config = load_config(write('[budget]\nday_usd = 2.5\nroles = { mayor = "0.1", oracle = 1 }\n'))

    assert (str(config.budget.day_usd), config.budget.convoy_usd) == ("2.5", None)
    assert str(config.budget.roles["mayor"]) == "0.1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[budget]\nday_usd = -1", r"budget\.day_usd: .*greater than or equal to 0"),
        ('[budget]\nconvoy_usd = "much"', r"budget\.convoy_usd: .*valid decimal"),
        ("[budget]\nday_usd = nan", r"budget\.day_usd: .*finite"),
        ("[budget]\nroles = { polecta = 1 }", r"budget\.roles: .*unknown role 'polecta'"),
        ("[budget]\nroles = { polecat = -1 }", r"budget\.roles: .*polecat: -1 is below 0"),
        ("[budget]\nweek_usd = 1", r"budget\.week_usd: "),
        ("[money]\nkwh_usd = -0.1", r"money\.kwh_usd: .*greater than or equal to 0"),
        ('[money]\nday = "noon"', r"money\.day: "),
        (f"{MODEL}input_usd = 1", r"models\.x: .*output_usd: is missing; give both"),
        (f"{MODEL}output_usd = 1", r"models\.x: .*input_usd: is missing; give both"),
        (f"{MODEL}cached_usd = 1", r"models\.x: .*cached_usd: stands alone"),
        (f'{MODEL}input_usd = "a lot"\noutput_usd = 1', r"models\.x\.input_usd: .*valid decimal"),
        (f"{MODEL}input_usd = 1\noutput_usd = -1", r"models\.x\.output_usd: .*greater than"),
    ],
)
def test_money_that_makes_no_sense_is_refused_by_its_key(write, text, said):
    with pytest.raises(ConfigError, match=said):
        load_config(write(f"{text}\n"))
