"""`town health`: how the sessions at work are, since when, and because of what."""

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table, tell


def health(*, act: bool = False, options: Options = PLAIN) -> int:
    """How each session is: working, thinking, waiting, stuck or dead, and because of what.

    From what sessions note of themselves; no model and no server is asked. The exit code is 1 where
    something is to be done about one.

    Args:
        act: Do it, as Witness and Deacon would: nudge, recycle, bury, escalate.
    """
    from gastown.forecast.words import span
    from tasks.patrolling import alarms
    from tasks.rounds import deacon_round, seen, witness_round

    town = options.open()
    if act:
        found = [
            one for rig in sorted(town.config.rigs) for one in witness_round(town, rig, tell=tell)
        ]
        found += deacon_round(town, tell=tell)
    else:
        found = seen(town)
    rows = [
        (one.agent, one.session, one.kind, span(one.silence_s), _due(one.action), one.reason)
        for one in found
    ]
    columns = ("agent", "session", "is", "silent for", "due", "because")
    show(options, [one.model_dump(mode="json") for one in found], table("sessions", columns, rows))
    return 1 if alarms(found) and not act else 0


def _due(action: str) -> str:
    return "" if action == "leave" else action
