"""Unjailed: no jail at all, which only town.toml can ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gastown.agents.jail.caps import Caps
from gastown.agents.jail.jail import Ran, environment, require
from gastown.agents.jail.launch import launch, private_home
from gastown.agents.jail.process import run_process


@dataclass(frozen=True, slots=True)
class Unjailed:
    """Own environment, limits, timeout and burial of children; files and network stand open."""

    caps: Caps = field(default_factory=Caps)

    @property
    def name(self) -> str:
        """`off`."""
        return "off"

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        writable: Sequence[Path],
        readable: Sequence[Path] = (),
        env: Mapping[str, str] | None = None,
        timeout_s: float,
        log: Path | None = None,
    ) -> Ran:
        """As the protocol says, but the command reaches whatever this process reaches."""
        with private_home() as home:
            variables = environment(home, env)
            require(argv, cwd, variables["PATH"], [*writable, *readable])
            command = launch(argv, self.caps, timeout_s, -1, "")
            return run_process(command, cwd=cwd, env=variables, timeout_s=timeout_s, log=log)
