"""teller: how a person is told of a gate: through the town's notification blocks."""

from blocks.notify import notify
from gastown.errors import GasTownError
from gastown.town.town import Town
from tasks.gates import Tell


def teller(town: Town) -> Tell | None:
    """Tells through `[gates] notify`, else `[assistant] notify`; None where both name none."""
    names = town.config.gates.notify or town.config.assistant.notify

    def tell(subject: str, body: str) -> None:
        failed: list[str] = []
        for name in names:
            try:
                notify(name, subject, body)
            except GasTownError as error:
                failed.append(str(error))
        if failed:
            raise GasTownError("; ".join(failed))

    return tell if names else None
