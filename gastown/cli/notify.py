"""`town notify …`: the notification blocks through which people are reached; none is ever shown."""

import re

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.cli.prefect import server
from gastown.cli.secret import secret
from gastown.errors import ConfigError, GasTownError, NotFoundError
from gastown.town.config import TownConfig

app = group("notify", "Notification blocks: how people are reached.")


@app.command(name="set")
def set_(name: str, /, *, env: str = "", options: Options = PLAIN) -> None:
    """Save an address of apprise, e.g. of e-mail; one of that name is replaced.

    Args:
        name: What town.toml calls it: apprise-notification/NAME.
        env: The environment variable that holds it. [default: it is asked for]
    """
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ConfigError(f"{name!r}: a block's name is of lower-case letters, digits and dashes")
    town = options.open()
    with server(town):
        from blocks.listeners import save_address

        block = save_address(name, secret("address", env))
    used = _used_by(town.config).get(block, [])
    said = f"used by {', '.join(used)}" if used else f'name it in town.toml: notify = ["{block}"]'
    show(options, {"block": block, "used_by": used}, f"{block} is saved; {said}")


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the notification blocks that are saved, and which tables of town.toml name them."""
    town = options.open()
    used = _used_by(town.config)
    with server(town):
        from blocks.listeners import listeners

        found = listeners()
    data = [{"block": one, "used_by": used.get(one, [])} for one in found]
    missing = sorted(set(used) - set(found))
    lines = [(one, ", ".join(used.get(one, []))) for one in found]
    notes = [f"note: {', '.join(used[one])} names {one}, which is not saved" for one in missing]
    shown = table("notification blocks", ("block", "used by"), lines)
    show(options, {"blocks": data, "missing": missing}, shown, *notes)


@app.command(name="test")
def try_(block: str, /, *, options: Options = PLAIN) -> int:
    """Send a line through a block. Exit code 1 when it was not taken.

    Args:
        block: As town.toml names it: TYPE/NAME, e.g. slack-webhook/team.
    """
    town, wrong = options.open(), ""
    if block.count("/") != 1:
        raise ConfigError(f"{block!r}: a block is TYPE/NAME, e.g. slack-webhook/team")
    with server(town):
        from blocks.notify import notify

        try:
            notify(block, f"{town.config.town.name}: a test", "If you read this, you are reached.")
        except NotFoundError:
            raise
        except GasTownError as error:
            wrong = str(error)
    show(options, {"block": block, "ok": not wrong, "error": wrong}, wrong or f"{block} took it")
    return int(bool(wrong))


@app.command
def remove(name: str, /, *, options: Options = PLAIN) -> None:
    """Forget an address that `town notify set` saved."""
    name = name.removeprefix("apprise-notification/")
    with server(options.open()):
        from blocks.listeners import forget_address

        forget_address(name)
    show(options, {"removed": name}, f"{name} is forgotten")


def _used_by(config: TownConfig) -> dict[str, list[str]]:
    tables = {
        "[escalation]": config.escalation.notify,
        "[gates]": config.gates.notify,
        "[assistant]": config.assistant.notify,
    }
    blocks = sorted({block for blocks in tables.values() for block in blocks})
    return {one: [name for name, blocks in tables.items() if one in blocks] for one in blocks}
