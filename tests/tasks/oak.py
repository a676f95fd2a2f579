"""The town `oak` for tests of tasks: a PC, a model on it, one in a cloud, and who asks which."""

from collections.abc import Collection
from pathlib import Path

from gastown.founding.install import install
from gastown.town.town import Town

_ROWS = """
[machine]
sandboxes = {sandboxes}
vram_mib = 10240
ram_mib = 131072
p_cores = 8
e_cores = 4
[models.near]
endpoint = "{url}"
{is_near}
figures = {{ vram_mib = 6000, p_cores = {p_cores}, source = "test" }}
[models.far]
endpoint = "{url}"
where = "cloud"
{is_far}
input_usd = 1
output_usd = 2
[profiles.test]
base = "balanced"
{seats}
[seats]
profile = "test"
"""


def rows(  # noqa: PLR0913 - one for each thing that tests vary
    url: str,
    *,
    near: Collection[str] = (),
    both: Collection[str] = (),
    far: Collection[str] = (),
    sandboxes: int = 2,
    p_cores: int = 4,
    is_near: str = "",
    is_far: str = "",
) -> str:
    """Tables of town.toml whose models are served at `url`.

    Args:
        url: Where a rehearsal listens.
        near: Roles that ask the PC's model alone.
        both: Roles that ask it, or the cloud's.
        far: Roles that ask the cloud's alone.
        sandboxes: Stages at work at once.
        p_cores: What a session of the PC's model takes, of 6 that are lent.
        is_near: A further key of the PC's model.
        is_far: A further key of the cloud's.
    """
    asked = ((near, "near", "none"), (both, "near", "far"), (far, "none", "far"))
    seats = "\n".join(
        f'{role} = {{ local = "{local}", burst = "{burst}" }}'
        for roles, local, burst in asked
        for role in roles
    )
    return _ROWS.format(
        url=url, seats=seats, sandboxes=sandboxes, p_cores=p_cores, is_near=is_near, is_far=is_far
    )


def make_oak(folder: Path, tables: str) -> Town:
    """The town, below `folder`, with these tables in its town.toml."""
    install(folder / "oak", "oak")
    file = folder / "oak" / "town.toml"
    file.write_text(f'[town]\nname = "oak"\n{tables}')
    return Town.open(file.parent)
