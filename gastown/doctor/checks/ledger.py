"""ledger: whole SQLite files, beads closed once and by the format, JSONL that was taken in."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from gastown.beads import jsonl
from gastown.beads.bead import Bead
from gastown.beads.laws import invariants
from gastown.beads.readiness import find_cycles
from gastown.beads.sync import import_file
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.errors import JsonlError
from gastown.formula.graph import chain_text
from gastown.machine.admission.here import ledger_path

NAME = "ledger"
_SHOWN = 5
_RESTORE = "town backup restore, see docs/doctor.md"


def _look(scene: Scene) -> Iterator[Ailment]:
    layout = scene.town.layout
    files = (layout.store, layout.spend, ledger_path(layout, scene.town.config.machine))
    broken = [wrong for file in files if file.exists() and (wrong := _broken(file))]
    yield from broken
    if not broken:
        yield from _laws(scene)
        yield from _closed_twice(scene)
        yield from _shared(scene)


def _broken(file: Path) -> Ailment | None:
    """What SQLite says of a damaged file."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
            lost = db.execute("PRAGMA foreign_key_check").fetchall()
            said += [f"a row of {row[0]} refers to nothing" for row in lost]
    except sqlite3.Error as error:
        said = [str(error)]
    if said == ["ok"]:
        return None
    return _error(file.name, f"is damaged: {'; '.join(filter('ok'.__ne__, said))}", _RESTORE)


def _error(subject: str, said: str, advice: str = "") -> Ailment:
    return Ailment(Finding(check=NAME, subject=subject, said=said, severity="error", advice=advice))


def _laws(scene: Scene) -> Iterator[Ailment]:
    for bead in scene.beads.values():
        if wrong := invariants(bead):
            yield _error(bead.id, f"breaks a law of the ledger: {'; '.join(wrong)}")
    for chain in find_cycles(scene.beads):
        advice = f"town bead unlink {chain[0]} {chain[1]}"
        yield _error(chain[0], f"waits for itself: {chain_text(chain)}", advice)


def _closed_twice(scene: Scene) -> Iterator[Ailment]:
    """Beads that were closed while they were closed."""
    standing: set[str] = set()
    twice: Counter[str] = Counter()
    for event in scene.town.ledger.events():
        if event.kind == "closed":
            twice[event.bead] += event.bead in standing
            standing.add(event.bead)
        elif event.kind in {"reopened", "imported", "forgotten"}:
            standing.discard(event.bead)
    for bead in +twice:
        yield _error(bead, "was closed twice, and not opened in between", f"town bead show {bead}")


def _shared(scene: Scene) -> Iterator[Ailment]:
    layouts = [rig.layout.shared for rig in scene.rigs]
    for path in (scene.town.layout.shared, *layouts):
        try:
            lines = jsonl.read(path)
        except JsonlError as error:
            advice = f"mend the line, or take the file as git has it: {path}"
            yield _error(_name(scene, path), str(error), advice)
            continue
        ahead = [one.id for one in lines.beads.values() if _is_ahead(scene, one)]
        if ahead:
            yield _ahead(scene, path, sorted(ahead))


def _is_ahead(scene: Scene, bead: Bead) -> bool:
    ours = scene.beads.get(bead.id)
    return ours is None or (bead != ours and bead.updated_at > ours.updated_at)


def _name(scene: Scene, path: Path) -> str:
    return str(path.relative_to(scene.town.root))


def _ahead(scene: Scene, path: Path, beads: list[str]) -> Ailment:
    shown = ", ".join(beads[:_SHOWN]) + (", …" if len(beads) > _SHOWN else "")
    finding = Finding(
        check=NAME,
        subject=_name(scene, path),
        said=f"holds beads that the ledger lacks, or newer ones: {shown}",
        mend="import it; what the ledger has newer stays",
    )
    return Ailment(finding, partial(_imported, scene, path))


def _imported(scene: Scene, path: Path) -> str:
    done = import_file(scene.town.ledger, path)
    return f"{done.changed} beads imported" if done.changed else ""


CHECK = Check(NAME, "SQLite files, laws of the ledger, and what git carries of it", _look)
