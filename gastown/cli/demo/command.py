"""`town demo`: found a small town, land its convoy before your eyes, show what became of it."""

import shutil
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console, RenderableType
from rich.text import Text

from gastown.cli.board import draw
from gastown.cli.demo.model import DemoModel, choose, rehearse
from gastown.cli.demo.world import INPUT, World, found, furnish
from gastown.cli.out import open_console, tell
from gastown.cli.prefect import use_engine
from gastown.cli.watch import watching
from gastown.convoys.board import board
from gastown.town.engine import api_url, ui_url
from gastown.town.layout import TownLayout
from gastown.town.town import Town

PACE = 100.0  # tokens a second: what a 7B model gives on the first user's graphics card
_POLL_S = 0.25


def demo(
    *,
    model: str = "",
    name: str = "",
    keep: Annotated[bool, Parameter(help="Leave server and worker up afterwards.")] = False,
    pace: float = PACE,
    folder: Path = INPUT.parents[1] / ".demo",
) -> int:
    """Land a convoy of five beads over two repositories, all made anew for it.

    Args:
        model: Address of an OpenAI-compatible endpoint. [default: a rehearsal]
        name: What the endpoint calls its model.
        keep: Leave server and worker up afterwards, to look at the convoy in Prefect's UI.
        pace: Tokens per second of the rehearsal; 0 is as fast as it can.
        folder: Where it is made; what an earlier demo left there is removed.
    """
    chosen, console, begin = choose(model, name), open_console(), time.monotonic()
    console.print(Text(chosen.headline, "bold"))
    _clear(folder)
    town = found(folder, chosen.name, chosen.table)
    with _services(town, keep=keep) as pool:
        engine = pool.submit(_up, town)  # it takes seconds that the repositories can use
        world = furnish(town, folder)
        tell(f"two repositories, five beads, one convoy: {world.convoy}")
        if chosen.rehearsed:
            rehearse(town.layout, world.slugs, chosen, pace)
        engine.result()
        landed = _sail(console, world)
        for part in _page(world, chosen, time.monotonic() - begin, keep=keep):
            console.print(part)
    return 0 if landed else 1


def _clear(folder: Path) -> None:
    """Remove an earlier demo, its processes first. Refuses a folder that is none."""
    root = folder / "town"
    if root.is_dir():
        _down(root)
    if folder.exists() and not (root.is_dir() or not any(folder.iterdir())):
        raise NotADirectoryError(folder)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _services(town: Town, *, keep: bool) -> Generator[ThreadPoolExecutor]:
    """Whatever was started is ended with the block, also by Ctrl-C, unless it is to be kept."""
    kept = False
    try:
        with ThreadPoolExecutor(1) as pool:
            yield pool
        kept = keep
    finally:
        if not kept:
            _down(town.root)


def _up(town: Town) -> None:
    use_engine(town)
    from deployments.up import up

    use_engine(town, up(town, tell).url)


def _down(root: Path) -> None:
    from deployments.down import down

    down(TownLayout(root), tell)


def _sail(console: Console, world: World) -> bool:
    """Launch the convoy from its deployment and show its progress until it ends."""
    from flows.launch import launch, wait

    started = launch(world.town, world.convoy)
    tell(f"in Prefect's UI: {started.ui}")
    with watching(console, lambda: board(world.town.ledger, world.convoy)) as look:
        state = wait(world.town, started.run, on_poll=look, longest_nap_s=_POLL_S)
    if not state.is_completed():
        console.print(Text(f"{state.name}: {state.message}", "red"))
    return state.is_completed()


def _page(world: World, chosen: DemoModel, seconds: float, *, keep: bool) -> list[RenderableType]:
    """The board, then where to look next."""
    layout, folder = world.town.layout, world.town.root.parent
    url = api_url(layout, world.town.config)
    places = {
        "Prefect's UI": ui_url(url) if keep and url else "run it again with --keep",
        "merged repositories": folder / "origins",
        "reports": layout.root / "private",
        "transcripts": layout.state / "sessions",
        "the town": f"{_program()} status --town {layout.root}",
    }
    if keep:
        places["end it with"] = f"{_program()} down --town {layout.root}"
    return [
        Text(chosen.headline, "bold"),
        *draw(board(world.town.ledger, world.convoy)),
        Text(f"{seconds:.0f} seconds in all. Where to look next:", "bold"),
        *(Text(f"  {name}: {place}") for name, place in places.items()),
    ]


def _program() -> str:
    """How this program was called: a clone's `town` is not on the PATH."""
    return sys.argv[0] if sys.argv[0].endswith("/town") else "town"
