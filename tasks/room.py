"""room: a place on this PC for a role's work that asks no model, as a convoy's step of it has one.

What a person starts beside a convoy waits its turn in the PC's admission ledger, as steps do.
"""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from uuid import uuid4

from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.here import offered, open_ledger
from gastown.placement.routes import A_SANDBOX
from gastown.placement.work import W2
from gastown.signs import during
from gastown.town.town import Town
from tasks.publication import published

WHO_HOLDS = "see who has it: town machine"
Tell = Callable[[str], object]


def quiet(_: str) -> None:
    """Nobody listens."""


@contextmanager
def room(town: Town, role: str, *, title: str, tell: Tell = quiet) -> Generator[None]:
    """Hold a sandbox of this PC for the block, after waiting for it; it is free at any end.

    Open no `errand` within: who holds room must not wait for more.

    Args:
        town: Whose PC it is.
        role: Whose work it is.
        title: What it is, for whoever looks at the machine meanwhile.
        tell: Hears why it waits, if it does.

    Raises:
        OvercommitError: This PC lends no sandbox at all.
        LedgerError: The PC's ledger cannot be used.
    """
    ask = Ask(
        f"alone-{role}-{uuid4().hex[:12]}",
        Demand(A_SANDBOX),
        title=title,
        town=str(town.root),
        expect_s=W2[role].tools_s,
    )
    with (
        closing(open_ledger(town.layout, town.config.machine)) as ledger,
        published(town, ledger, tell),
        Gate(ledger, offered(town.config)) as gate,  # its end leaves the queue, or gives back
    ):
        ticket = gate.ask(ask)
        if ticket.lease is None:
            tell(f"{title}: {ticket.because}; {WHO_HOLDS}")
        with during("waiting", "room on this PC"):
            ticket.wait()
        yield
