"""gather: the facts of one day of a town, from its ledger, its money and its rigs' git.

Nothing is fetched here: whoever wants what origin has by now fetches first.
"""

from contextlib import closing
from datetime import date, tzinfo
from pathlib import Path

from gastown.days.commits import Counted, count, is_on
from gastown.days.day import Day, RigDay, Spent
from gastown.days.history import History, Window, window_of
from gastown.errors import GitError
from gastown.money.schema import connect
from gastown.rigs.git import Repo
from gastown.town.town import Town

_SUMS = "SUM(requests), SUM(fresh + cached), SUM(output), SUM(micro_usd), SUM(unpriced)"


def gather(town: Town, day: date, zone: tzinfo | None) -> Day:
    """What happened on a day.

    Args:
        town: Whose day.
        day: The date, by the clock of `zone`.
        zone: Whose midnight begins it; None is this machine's. `tasks.metering.zone_of` knows.

    Raises:
        LedgerError: The file of what was spent cannot be read.
    """
    window = window_of(day, zone)
    rigs = town.config.rigs
    history = History.of(town.ledger.find(), {rig.prefix: name for name, rig in rigs.items()})
    return Day(
        town=town.config.town.name,
        day=day,
        start=window.start,
        end=window.end,
        landed=history.landed(window),
        merged=history.merged(window, lambda rig, commit: _on_main(town, rig, commit)),
        troubles=history.troubles(window),
        sent_back=history.sent_back(window),
        closed=history.closed(window),
        rigs=tuple(_rig_day(town, name, history, window) for name in rigs),
        spent=spent_on(town.layout.spend, day),
    )


def spent_on(path: Path, day: date) -> Spent:
    """What the models of a day took, by the spend ledger at `path`; nothing where there is none."""
    if not path.exists():
        return Spent()
    with closing(connect(path)) as db:
        sums = f"SELECT {_SUMS} FROM entries WHERE day = ?"  # noqa: S608 - constants
        row = db.execute(sums, (day.isoformat(),)).fetchone()
    names = ("requests", "input_tokens", "output_tokens", "micro_usd", "unpriced")
    return Spent.model_validate(dict(zip(names, (value or 0 for value in row), strict=True)))


def _rig_day(town: Town, name: str, history: History, window: Window) -> RigDay:
    counted, missing = Counted(), ""
    try:
        counted = count(Repo(town.layout.rig(name).canonical), _main(town, name), window)
    except GitError as error:
        missing = str(error)
    return RigDay(
        rig=name,
        commits=counted.commits,
        by_town=counted.by_town,
        files=counted.files,
        added=counted.added,
        removed=counted.removed,
        opened=history.opened(name, window),
        left_open=history.left_open(name),
        missing=missing,
    )


def _on_main(town: Town, rig: str, commit: str) -> bool | None:
    return is_on(Repo(town.layout.rig(rig).canonical), _main(town, rig), commit)


def _main(town: Town, rig: str) -> str:
    return f"origin/{town.config.rig(rig).branch}"
