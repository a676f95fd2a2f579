"""`town agent …`: command-line agents of others, as which a role may work; see `docs/agents.md`."""

import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from gastown.agents.external.door import Door
from gastown.agents.external.preset import Preset, shipped
from gastown.agents.external.start import locate, words_of_version
from gastown.agents.jail import find_jail
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table, tell
from gastown.errors import ConfigError, JailError, NotFoundError
from gastown.town.tables.agents import AgentTable, preset_of

app = group("agent", "Agents: command-line agents as which a role may work.")
_VERSION_S = 20
_COLUMNS = ("agent", "found", "version", "speaks", "roles", "tried")


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the command-line agents that are known, whether they are here, and who works as one.

    A town is not needed; where there is one, its own agents are listed too.
    """
    agents = _agents(options)
    rows = [_row(preset_of(name, agents), agents) for name in sorted({*shipped(), *agents})]
    lines = [
        (r["name"], r["program"] or "no", r["version"], r["wire"], ", ".join(r["roles"]),
         r["measured"]) for r in rows
    ]  # fmt: skip
    show(options, {"agents": rows}, table("agents", _COLUMNS, lines))


@app.command(name="test")
def try_(name: str, /, *, model: str = "", options: Options = PLAIN) -> int:
    """Let an agent mend a fault in a throw-away repository, and tell what held.

    Args:
        name: The agent.
        model: A row of the town's catalogue; what it costs counts into the town's budgets.
            [default: a rehearsal, which answers in plain text]
    """
    agents = _agents(options)
    if name not in {*shipped(), *agents}:
        known = ", ".join(sorted({*shipped(), *agents}))
        raise NotFoundError(f"no agent {name!r}; there are: {known}")
    preset = preset_of(name, agents)
    locate(preset, preset.command[0])
    return _tried(preset, model, options)


def _tried(preset: Preset, model: str, options: Options) -> int:
    from tasks.agent_trial import try_agent

    jail = find_jail("auto" if not options.has_town else options.open().config.machine.jail)
    tell(f"{preset.name} at work in {jail.name}, on {model or 'a rehearsal'} …")
    with _door(preset, model, options) as door:
        trial = try_agent(preset, door, jail)
    facts = [{"name": one.name, "held": one.held, "seen": one.seen} for one in trial.facts]
    data = {
        "agent": preset.name,
        "model": model or "rehearsal",
        "jail": jail.name,
        "facts": facts,
        "mended": trial.mended,
        "status": trial.outcome.status,
        "error": trial.outcome.error,
        "usage": trial.outcome.usage.model_dump(),
    }
    lines = [(one.name, "yes" if one.held else "NO", one.seen) for one in trial.facts]
    mended = "yes" if trial.mended else "no; says more of the model than of the agent"
    session = f"{trial.outcome.status} {trial.outcome.error}"
    end = pairs([("mended", mended), ("session", session)])
    show(options, data, table(f"agent {preset.name}", ("", "held", "seen"), lines), end)
    return 0 if trial.held else 1


@contextmanager
def _door(preset: Preset, model: str, options: Options) -> Generator[Door]:
    """The door to a row of the catalogue, or to a rehearsal of our own."""
    if model:
        from blocks.agents import door_to
        from gastown.cli.prefect import use_engine
        from tasks.agent_trial import trial_meter

        town = options.open()
        town.config.model(model)
        use_engine(town)  # the key of a row is kept there
        with door_to(town.layout, town.config, model, trial_meter(town, model)) as door:
            yield door
        return
    if preset.wire != "chat":
        raise ConfigError(
            f"agent {preset.name} speaks {preset.wire!r}, and a rehearsal only 'chat'; give a "
            f"model of the town: --model ROW"
        )
    with _rehearsal(preset) as door:
        yield door


@contextmanager
def _rehearsal(preset: Preset) -> Generator[Door]:
    from blocks.door import EndpointDoor
    from blocks.provider import make_endpoint
    from gastown.rehearsal.pace import UNPACED
    from gastown.rehearsal.server import RehearsalServer
    from gastown.town.tables.models import ModelTable
    from tasks.agent_trial import rehearsal_for

    with RehearsalServer(rehearsal_for(preset), pace=UNPACED) as server:
        row = ModelTable(endpoint=server.url, context=131_072, max_output=8_192)
        yield EndpointDoor(make_endpoint("rehearsal", row))


def _row(preset: Preset, agents: Mapping[str, AgentTable]) -> dict[str, Any]:
    program, why = "", ""
    try:
        program = locate(preset, preset.command[0])
    except JailError as error:
        why = str(error).partition(": ")[2]
    return {
        "name": preset.name,
        "program": program,
        "why": why,
        "version": _version(preset) if program else "",
        "wire": preset.wire,
        "roles": list(agents[preset.name].roles) if preset.name in agents else [],
        "own": preset.name not in shipped(),
        "min_context": preset.min_context,
        "measured": preset.measured,
    }


def _version(preset: Preset) -> str:
    """The first line with a number that the agent says of itself; empty when it says none."""
    argv = words_of_version(preset)
    if not argv:
        return ""
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, errors="replace", timeout=_VERSION_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (line.strip() for line in done.stdout.splitlines())
    return next((line[:60] for line in lines if any(map(str.isdigit, line))), "")


def _agents(options: Options) -> Mapping[str, AgentTable]:
    return options.open().config.agents if options.has_town else {}
