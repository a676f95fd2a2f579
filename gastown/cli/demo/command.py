"""`town demo`: found a small town, land its convoy before your eyes, show what became of it."""

import shutil
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console, RenderableType
from rich.text import Text

from gastown.cli.attended import attend, heeding, leave_if_asked
from gastown.cli.board import draw
from gastown.cli.demo.local import load, real, with_real
from gastown.cli.demo.model import DemoModel, Wanted, choose, rehearse, save_key
from gastown.cli.demo.world import INPUT, MADE, NAME, World, found, furnish
from gastown.cli.out import open_console, tell
from gastown.cli.prefect import use_engine
from gastown.cli.watch import watching
from gastown.convoys.board import board
from gastown.errors import ConfigError
from gastown.town.config import load_config
from gastown.town.engine import api_url, ui_url
from gastown.town.layout import TownLayout
from gastown.town.stop import Stop
from gastown.town.town import Town

PACE = 100.0  # tokens a second: what a 7B model gives on the first user's graphics card
_POLL_S = 0.25


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the rehearsal answers.

    Attributes:
        pace: Tokens per second of the rehearsal; 0 is as fast as it can.
        faults: What goes wrong with the rehearsal on purpose, KIND[*TIMES][~SECONDS][@ROLE[/KEY]]:
            429*2~0.5,cut@polecat. Kinds: 429, 500, cut, stall, html, badjson, badargs.
    """

    pace: float = PACE
    faults: str = ""


STEADY = Rehearsal()


def demo(
    *,
    mode: Literal["rehearsed", "local"] = "rehearsed",
    model: str = "",
    name: str = "",
    key_env: str = "",
    rehearsal: Rehearsal = STEADY,
    keep: Annotated[bool, Parameter(help="Leave server and worker up afterwards.")] = False,
    folder: Path = INPUT.parents[1] / ".demo",
) -> int:
    """Land a convoy of five beads over two repositories, all made anew for it.

    Args:
        mode: local lets a small real model answer beside every stage; it decides nothing.
        model: Address of an OpenAI-compatible endpoint. [default: a rehearsal]
        name: What the endpoint calls its model.
        key_env: Environment variable that holds the endpoint's API key. No key is sent unless it
            is named here. It is kept as a block of the demo's own Prefect server, encrypted.
        keep: Leave server and worker up afterwards, to look at the convoy in Prefect's UI.
        folder: Where it is made; what an earlier demo left there is removed.
    """
    begin, console = time.monotonic(), open_console()
    if mode == "local" and model:
        raise ConfigError("--mode local: brings its own model; leave out --model")
    chosen = choose(Wanted(model, name, key_env, rehearsal.pace, rehearsal.faults))
    chosen = with_real(chosen) if mode == "local" else chosen
    console.print(Text(chosen.headline, "bold"))
    with heeding() as stop:
        _clear(folder, stop)
        show = _Show(folder.resolve(), chosen, console, stop, keep, begin)
        landed = attend(stop, show.run, show.end)
        if not keep:
            show.end()
    return 0 if landed else 1


def _clear(folder: Path, stop: Stop) -> None:
    """Remove an earlier demo, its processes first. Raises ConfigError for a folder that is none."""
    root = folder / "town"
    strange = sorted({place.name for place in folder.glob("*")} - MADE)
    if strange or (
        (root / "town.toml").exists() and load_config(root / "town.toml").town.name != NAME
    ):
        shown = strange[0] if strange else root
        raise ConfigError(f"--folder {folder}: no demo made {shown}; nothing was removed")
    if root.is_dir():
        _down(root, stop)
    leave_if_asked(stop)
    shutil.rmtree(folder, ignore_errors=True)


def _down(root: Path, stop: Stop) -> None:
    from deployments.down import down

    down(TownLayout(root), tell, stop.hurry)


@dataclass(frozen=True, slots=True)
class _Show:
    """One demo, from an empty folder to its board."""

    folder: Path
    chosen: DemoModel
    console: Console
    stop: Stop
    keep: bool
    begin: float

    def run(self) -> bool:
        """Whether the convoy landed."""
        town = found(self.folder, self.chosen.name, self.chosen.table, self.chosen.beside)
        with self._beside() as pool:
            engine = pool.submit(self._up, town)  # takes seconds that the repositories can use
            world = furnish(town, self.folder)
            tell(f"two repositories, five beads, one convoy: {world.convoy}")
            if self.chosen.rehearsed:
                rehearse(town.layout, self.chosen, self.stop)
            if self.chosen.beside:
                load(town)
            engine.result()
            landed = self._sail(world)
            for part in self._page(world):
                self.console.print(part)
        # A real model that never answered showed nothing, whatever landed.
        return landed and (not self.chosen.beside or real(town.layout).fitting > 0)

    def end(self) -> None:
        """End every process of the demo."""
        if (self.folder / "town").is_dir():
            _down(self.folder / "town", self.stop)

    @contextmanager
    def _beside(self) -> Generator[ThreadPoolExecutor]:
        """A thread beside this one, which stops what it does when this one fails."""
        with ThreadPoolExecutor(1) as pool:
            try:
                yield pool
            except BaseException:
                self.stop.wish()
                raise

    def _up(self, town: Town) -> None:
        use_engine(town)
        from deployments.up import up

        url = up(town, tell, stop=self.stop).url
        use_engine(town, url)
        save_key(town.layout, url, self.chosen)

    def _sail(self, world: World) -> bool:
        """Launch the convoy from its deployment and show its progress until it ends."""
        from flows.launch import launch, wait

        started = launch(world.town, world.convoy)
        tell(f"in Prefect's UI{'' if self.keep else ' until the demo ends'}: {started.ui}")
        with watching(self.console, lambda: board(world.town.ledger, world.convoy)) as look:

            def look_up() -> None:
                self.stop.check()
                look()

            state = wait(world.town, started.run, on_poll=look_up, longest_nap_s=_POLL_S)
        if not state.is_completed():
            self.console.print(Text(f"{state.name}: {self._why(state.message or '')}", "red"))
        return state.is_completed()

    def _why(self, message: str) -> str:
        """What failed. A run whose server ends with the demo cannot be retried."""
        if self.keep:
            return message
        kept = [line for line in message.splitlines() if not line.startswith("Mend the cause")]
        return "\n".join([*kept, "To look into it, run it again with --keep."])

    def _page(self, world: World) -> list[RenderableType]:
        """The board, then where to look next."""
        layout = world.town.layout
        url = api_url(layout, world.town.config)
        places = {
            "Prefect's UI": ui_url(url) if self.keep and url else "run it again with --keep",
            "merged repositories": self.folder / "origins",
            "reports": layout.root / "private",
            "transcripts": layout.state / "sessions",
            "the town": f"{_program()} status --town {layout.root}",
        }
        if self.chosen.beside:
            places["SmolLM2, for real"] = str(real(layout))
        if self.chosen.faults:
            places["faults that struck"] = layout.logs / "rehearsal.log"
        if self.keep:
            places["end it with"] = f"{_program()} down --town {layout.root}"
        seconds = time.monotonic() - self.begin
        return [
            Text(self.chosen.headline, "bold"),
            *draw(board(world.town.ledger, world.convoy)),
            Text(f"{seconds:.0f} seconds in all. Where to look next:", "bold"),
            *(Text(f"  {name}: {place}") for name, place in places.items()),
        ]


def _program() -> str:
    """How this program was called: a clone's `town` is not on the PATH."""
    return sys.argv[0] if sys.argv[0].endswith("/town") else "town"
