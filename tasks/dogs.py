"""Dogs: one round of the doctor's checks, as the scheduled flows make it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gastown.beads.ledger import utc_now
from gastown.doctor.all import named
from gastown.doctor.backup import BackedUp, back_up, folder_of
from gastown.doctor.examine import Examined, examine, treat
from gastown.doctor.finding import Finding
from gastown.doctor.scene import Scene
from gastown.errors import GitError
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate
from gastown.rigs.git import Repo
from gastown.town.town import Town

Tell = Callable[[str], object]


def fetch_rigs(town: Town, tell: Tell) -> None:
    """Learn what origins have; one that is away is told of, and taken as it was last seen."""
    for name in town.config.rigs:
        canonical = town.layout.rig(name).canonical
        if not (canonical / ".git").exists():
            continue  # the check of clones tells that
        try:
            Repo(canonical).fetch()
        except GitError as error:
            tell(f"{name}: as it was last seen, for its origin cannot be asked: {error}")


def walk(town: Town, checks: Sequence[str], *, dry_run: bool, tell: Tell) -> Examined:
    """Look, and mend unless it is a dry run. Raises NotFoundError for a check that is none."""
    chosen = named(tuple(checks))

    def look() -> Scene:
        return Scene(Town.open(town.root))

    if dry_run:
        return Examined(findings=examine(look, chosen, tell))
    return treat(look, chosen, tell)


def raise_left(town: Town, dog: str, found: Examined) -> list[str]:
    """Escalate what is left and may lose work, once as long as it stands; the beads."""
    grave = [one for one in found.findings if one.severity == "error"]
    return [escalate(town.ledger, _raised(dog, one), key=_key(one), again=True).id for one in grave]


def save(town: Town, folder: str, keep: int, *, dry_run: bool) -> BackedUp:
    """Back the town up into a folder, or into its own."""
    into = Path(folder).expanduser() if folder else folder_of(town.layout)
    return back_up(town, town.root / into, utc_now(), keep=keep, dry_run=dry_run)


def _raised(dog: str, one: Finding) -> Escalation:
    return Escalation(
        severity="HIGH",
        category="failed",
        subject=f"{one.subject or one.check}: {one.said}"[:200],
        text=f"{one.said}\n\n{one.advice or one.mend}\n\nFound by the dog {dog}; town doctor",
        source="deacon",
    )


def _key(one: Finding) -> str:
    return f"doctor/{one.check}/{one.subject}"
