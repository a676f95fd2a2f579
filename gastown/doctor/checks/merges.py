"""merges: requests in a rig's merge queue for which nobody waits: their bead or convoy is over."""

from collections.abc import Iterator
from functools import partial

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Rig, Scene
from gastown.errors import ConfigError
from gastown.queue.request import MergeRequest
from gastown.queue.requests import Requests

NAME = "merges"


def _look(scene: Scene) -> Iterator[Ailment]:
    for rig in scene.rigs:
        requests = Requests.of(rig.layout)
        try:
            waiting = [one for one in requests.all() if one.open]
        except ConfigError as error:
            finding = Finding(check=NAME, subject=rig.name, said=str(error), severity="error")
            yield Ailment(finding)
            continue
        for one in waiting:
            if why := _over(scene, one):
                yield _nobodys(scene, rig, requests, one, why)


def _over(scene: Scene, one: MergeRequest) -> str:
    """What of it is over; a branch of no bead, as the Librarian's, is its convoy's."""
    if one.bead in scene.beads and scene.is_gone(one.bead):
        return one.bead
    return one.convoy if one.convoy and scene.is_gone(one.convoy) else ""


def _nobodys(scene: Scene, rig: Rig, requests: Requests, one: MergeRequest, why: str) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=f"{rig.name}/{one.id}",
        said=f"asks to merge {one.branch}, and {why} is over",
        mend="withdraw it; its branch stays as it is",
    )
    return Ailment(finding, partial(_withdrawn, scene, requests, one, why))


def _withdrawn(scene: Scene, requests: Requests, one: MergeRequest, why: str) -> str:
    after = requests.withdraw(one, f"{why} is over", scene.now)
    return "withdrawn" if after.state == "withdrawn" else ""


CHECK = Check(NAME, "merge requests for which nobody waits", _look)
