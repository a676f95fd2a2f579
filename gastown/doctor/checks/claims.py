"""claims: beads that a dead process has claimed, or one elsewhere that let its claim run out."""

from collections.abc import Iterator

from gastown.beads.ledger import Claim
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene

NAME = "claims"


def _look(scene: Scene) -> Iterator[Ailment]:
    for claim in scene.claims:
        if scene.is_lost(claim):
            yield _ailment(scene, claim)


def _ailment(scene: Scene, claim: Claim) -> Ailment:
    until = f"{claim.expires_at:%Y-%m-%d %H:%M:%S %Z}"
    finding = Finding(
        check=NAME,
        subject=claim.bead,
        said=f"is claimed until {until} by {claim.holder}, who is dead or silent",
        mend="open the bead again; the next run goes on with what was done",
    )
    return Ailment(finding, lambda: _released(scene, claim))


def _released(scene: Scene, claim: Claim) -> str:
    """By its token: a claim that another took meanwhile stays."""
    standing = scene.claim_of(claim.bead)
    if standing is None or standing.token != claim.token or not scene.is_lost(standing):
        return ""
    scene.town.ledger.release(standing)
    return "is open again"


CHECK = Check(NAME, "beads claimed by a process that is dead", _look)
