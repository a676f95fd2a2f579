"""A town whose rig holds secrets and weaknesses, and a model that reads its changes."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy
from gastown.founding.rig import add_rig
from gastown.machine.holder import holder
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.traces import convoy_branch
from gastown.stage import Placement, StageRequest
from gastown.town.town import Town
from tasks.desk import Desk, open_desk
from tests.gastown.rigs.given import write
from tests.gastown.rigs.scan.planted import AWS, PASSWORD
from tests.tasks.oak import make_oak, rows

ANN = "ann <ann@example.org>"
FILES = {
    "project.godot": "config_version=5\n",
    "src/net.gd": f'extends Node\nvar password: String = "{PASSWORD}"\nOS.execute(cmd, [])\n',
    "upload.py": f'KEY = "{AWS}"\n',
    "addons/gut/gut.gd": "OS.execute(cmd, [])\n",
    "tests/test_a.py": "def test_a(): pass\n",
}


def reading(summary: str, *findings: Mapping[str, object]) -> Turn:
    """What the Watchdog's model says."""
    return Turn(json.dumps({"summary": summary, "findings": list(findings)}))


def weakness(file: str, line: int, title: str = "Trusts its input") -> dict[str, object]:
    """One finding of its."""
    return {
        "file": file, "line": line, "severity": "medium", "title": title,
        "reason": "Whoever writes cmd runs programs.",
    }  # fmt: skip


@contextmanager
def town_of(folder: Path, script: Script, files: Mapping[str, str] = FILES) -> Generator[Town]:
    """A town with one rig, `garden`, and a model on the seats of Watchdog and Librarian."""
    with RehearsalServer(script, pace=UNPACED) as server:
        write(folder / "source", files)
        origin = new_origin(folder / "source", folder / "garden.git")
        oak = make_oak(folder, rows(server.url, near=("watchdog", "librarian")))
        add_rig(oak, "garden", str(origin))
        yield Town.open(oak.root)


def commit(town: Town, files: Mapping[str, str], message: str = "More") -> str:
    """Commit to the rig's main and push, as a person does."""
    repo = Repo(town.layout.rig("garden").canonical)
    write(repo.path, files)
    made = repo.commit_all(message, ANN)
    repo.push("main")
    return made


def desk_of(town: Town, role: str, title: str) -> Desk:
    """A role's desk in a convoy that set out from main as it is, its step claimed."""
    bead = town.ledger.create(Draft(title=title, prefix="ga"))
    convoy = create_convoy(town.ledger, town.config, title, [bead.id]).id
    repo = Repo(town.layout.rig("garden").canonical)
    repo.run("branch", convoy_branch(convoy), "HEAD")
    repo.push(convoy_branch(convoy))
    step = town.ledger.create(Draft(title=f"{role} garden"))
    claim = town.ledger.claim(step.id, holder(), timedelta(hours=1))
    request = StageRequest(
        town=str(town.root), convoy=convoy, step=step.id, key=f"{role}[garden]", role=role,
        rig="garden", token=claim.token, model="near",
        placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    return open_desk(town, request)
