"""`town key …`: keys of those who serve models; the town's server keeps them, no one shows them."""

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.cli.prefect import server
from gastown.cli.secret import secret
from gastown.errors import ConfigError, NotFoundError
from gastown.town.town import Town

app = group("key", "Keys: of those who serve models.")


@app.command(name="set")
def set_(name: str, /, *, env: str = "", address: str = "", options: Options = PLAIN) -> None:
    """Save a key under the name that `key` of a model's row says; one that is there is replaced.

    Args:
        name: What rows call it, e.g. moonshot.
        env: The environment variable that holds it. [default: it is asked for]
        address: Whose it is, where it is not for the row's own endpoint.
    """
    if address and not address.startswith(("http://", "https://")):
        raise ConfigError(f"--address {address}: begins with neither https:// nor http://")
    town = options.open()
    with server(town):
        from blocks.keys import save_key

        save_key(name, secret("key", env), address)
    rows = _rows(town, name)
    said = f"used by {', '.join(rows)}" if rows else f'name it in a row: key = "{name}"'
    show(options, {"key": name, "address": address, "models": rows}, f"{name} is saved; {said}")


@app.command(name="list")
def list_(*, options: Options = PLAIN) -> None:
    """List the keys that are saved, and the models that use them."""
    town = options.open()
    with server(town):
        from blocks.keys import saved_keys

        found = saved_keys()
    data = [
        {"key": one.name, "address": one.address, "models": _rows(town, one.name)} for one in found
    ]
    lines = [(one["key"], one["address"] or "the row's", ", ".join(one["models"])) for one in data]
    wanted = {row.key for row in town.config.models.values()} - {""}
    missing = sorted(wanted - {one.name for one in found})
    notes = [f"note: town.toml names {name!r}: town key set {name}" for name in missing]
    shown = table("keys", ("key", "address", "models"), lines)
    show(options, {"keys": data, "missing": missing}, shown, *notes)


@app.command
def remove(name: str, /, *, options: Options = PLAIN) -> None:
    """Forget a key."""
    with server(options.open()):
        from blocks.keys import remove_key

        remove_key(name)
    show(options, {"removed": name}, f"{name} is forgotten")


@app.command(name="test")
def try_(name: str, /, *, options: Options = PLAIN) -> int:
    """Ask who serves for its list of models, with the key. Exit code 1 when it is refused."""
    town = options.open()
    rows = _rows(town, name)
    address = town.config.model(rows[0]).endpoint if rows else ""
    with server(town):
        from blocks.keys import saved_keys, try_key

        known = {one.name: one.address for one in saved_keys()}
        if name not in known:
            raise NotFoundError(f"no key {name!r}; keys: {', '.join(known) or 'none yet'}")
        if not (known[name] or address):
            raise ConfigError(f'key {name!r}: nobody to ask; name it in a row: key = "{name}"')
        wrong = try_key(name, address)
    show(options, {"key": name, "ok": not wrong, "error": wrong}, wrong or f"{name} is taken")
    return int(bool(wrong))


def _rows(town: Town, key: str) -> list[str]:
    return [name for name, row in town.config.models.items() if row.key == key]
