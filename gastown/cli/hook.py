"""`town hook`: what hangs on whose hook, and what becomes of it."""

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import pairs, show, table
from gastown.hooks.hook import hook_on, hooks

_COLUMNS = ("agent", "bead", "state", "convoy", "title", "what becomes of it")


def hook(agent: str = "", /, *, options: Options = PLAIN) -> None:
    """Show every hook on which a bead hangs, or one.

    Args:
        agent: RIG/NAME of a polecat, RIG/crew/NAME of a person, or a bead.
    """
    town = options.open()
    if agent:
        one = hook_on(town.ledger, town.config, agent)
        more = [("what becomes of it", one.said), ("what it is told", f"town prime {one.bead}")]
        facts = one.model_dump(exclude={"by_person"})
        show(options, one, pairs([*((k, v) for k, v in facts.items() if v), *more]))
        return
    found = hooks(town.ledger, town.config)
    rows = [(h.agent, h.bead, h.state, h.convoy, h.title, h.said) for h in found]
    show(options, found, table("hooks", _COLUMNS, rows))
