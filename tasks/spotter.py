"""Spotter: looks at what an assembly produces and holds it against the rig's `.truth/`.

Code judges first; only what it cannot see goes to the model, which is shown a picture with a
planted defect as well: a judge that passes that one is not believed. *Unsure* is not a pass.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from gastown.errors import StageFailedError
from gastown.rigs.git import Repo
from gastown.rigs.truth.capture.place import about
from gastown.rigs.truth.parse import load_truth
from gastown.rigs.truth.sighting import Capture
from gastown.rigs.worktree import snapshot
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.exhibition import exhibit
from tasks.eye import Seen, looked
from tasks.rigs import main_ref
from tasks.sight import Sight, Subject, builds_of, captured, eyes_of, keep, sight


def spotter(desk: Desk) -> StageResult:
    """Run the assembly, judge what it shows, report. Raises StageFailedError when a claim fails."""
    name = desk.request.assembly or ""
    table = desk.table.assemblies[name]
    Repo(desk.layout.canonical).fetch()
    with snapshot(desk.layout, f"spotter-{desk.request.convoy}-{name}", main_ref(desk)) as tree:
        truth = about(load_truth(tree / table.truth), name, builds_of(desk.table))
        commit = Repo(tree).head()
    subject = Subject(
        title=f"{name} at {commit[:10]}, convoy {desk.request.convoy}",
        truth=truth,
        build=_product(desk, name),
        out=desk.folder / "captures",
        eyes=eyes_of(desk.town.config.machine, table, desk.table.gauge.engine),
        facts={"Rig": desk.rig, "Commit": commit[:10]},
    )

    def ask(captures: Mapping[str, Capture], left: Mapping[str, Collection[int]]) -> Seen:
        return looked(desk, truth, captures, left)

    private = desk.town.layout.private("spotter")
    seen = sight(subject, captured(subject), ask)
    kept = keep(seen, private, Path(desk.request.convoy, name), desk.author)
    exhibit(kept, f"{desk.request.convoy}-{name}")
    return _result(desk, kept, commit, len(truth.claims))


def _product(desk: Desk, name: str) -> Path:
    """The Gauger's build."""
    product = desk.town.layout.build(desk.request.convoy, name) / "product"
    if not product.is_dir():
        raise StageFailedError(f"{product}: no build of {name}; its Gauger must run first")
    return product


def _result(desk: Desk, kept: Sight, commit: str, claims: int) -> StageResult:
    assert kept.folder is not None  # noqa: S101 - it was kept
    report = str((kept.folder / "report.html").relative_to(desk.town.root))
    if kept.verdict != "pass":
        raise StageFailedError(f"{desk.request.assembly}: {kept.line}; see {report}")
    evidence = {"commit": commit, "report": report, "claims": claims}
    return StageResult(summary=kept.line, evidence=evidence)
