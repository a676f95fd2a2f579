"""`town escalate`: raise what cannot be settled here."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from gastown.agents.prose import one_line
from gastown.cli.change import me
from gastown.cli.escalation import as_json
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show
from gastown.errors import LedgerError
from gastown.escalation.escalation import Category, Escalation, Severity, Tier
from gastown.escalation.record import escalate as raise_one
from gastown.escalation.record import require


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Raised:
    """What is said of it."""

    severity: Annotated[
        Severity, Parameter(alias="-s", help="CRITICAL goes to the Overseer at once.")
    ] = "MEDIUM"
    category: Annotated[Category, Parameter(alias="-c", help="Decides where it begins.")] = "help"
    text: Annotated[
        str, Parameter(name=["--text", "-m"], help="All that who answers must know.")
    ] = ""
    about: Annotated[
        str, Parameter(help="The bead it is about; when that closes, it is settled.")
    ] = ""
    rig: Annotated[str, Parameter(help="Whose Witness is asked of a lifecycle.")] = ""
    to: Annotated[Tier | None, Parameter(help="Tiers below this one are not asked.")] = None
    by: Annotated[str, Parameter(help="Who raises it, e.g. game/jade. [default: you]")] = ""


NOTHING = Raised()


def escalate(
    subject: str, /, *, raised: Raised = NOTHING, key: str = "", options: Options = PLAIN
) -> None:
    """Raise what cannot be settled here; its tiers are asked, in the end the Overseer.

    Args:
        subject: What is wrong, in one line.
        key: Raised again under the same key, it is the same one.
    """
    town = options.open()
    if raised.about:
        town.ledger.show(raised.about)
    if raised.rig:
        town.config.rig(raised.rig)
    if not one_line(subject):
        raise LedgerError("say in one line what is wrong")
    one = Escalation(
        severity=raised.severity,
        category=raised.category,
        subject=subject,
        text=raised.text,
        source=raised.by or me(),
        rig=raised.rig,
        about=raised.about,
        begins=raised.to,
    )
    bead = raise_one(town.ledger, one, key=key)
    now = require(town.ledger, bead.id)
    show(
        options, as_json(bead, now), f"{bead.id}: {now.severity}, with the {now.tier.capitalize()}"
    )
