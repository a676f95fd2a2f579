"""Spotter: looks at what an assembly produces and holds it against the rig's `.truth/`.

Code judges first; only what it cannot see goes to the model, which is shown a picture with a
planted defect as well: a judge that passes that one is not believed. *Unsure* is not a pass.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from gastown.agents.answers import Sightings
from gastown.agents.protocols import Check
from gastown.errors import StageFailedError
from gastown.rigs.clone import commit_report
from gastown.rigs.git import Repo
from gastown.rigs.truth.check import Capture, Sighting, Verdict, check, judged
from gastown.rigs.truth.control import seeded_defect
from gastown.rigs.truth.model import Numbered, Truth
from gastown.rigs.truth.parse import load_truth
from gastown.rigs.truth.report import line, render
from gastown.rigs.worktree import snapshot
from gastown.spans import span
from gastown.stage import StageResult
from tasks.commands import filled
from tasks.desk import Desk
from tasks.rigs import main_ref

BLIND = "the judge passed a picture with a planted defect, so none of its verdicts counts"


def spotter(desk: Desk) -> StageResult:
    """Run the assembly, judge what it shows, report. Raises StageFailedError when a claim fails."""
    name = desk.request.assembly or ""
    Repo(desk.layout.canonical).fetch()
    with snapshot(desk.layout, f"spotter-{desk.request.convoy}-{name}", main_ref(desk)) as tree:
        truth = load_truth(tree / desk.table.assemblies[name].truth)
        commit = Repo(tree).head()
    capture = _capture(desk, name)
    sightings = check(truth, capture)
    verdicts, notes = _looked(desk, truth, capture, sightings)
    done = judged(sightings, verdicts)
    report = _report(desk, f"{name} at {commit[:10]}, convoy {desk.request.convoy}", done, notes)
    if any(one.verdict != "pass" for one in done):
        raise StageFailedError(f"{name}: {'; '.join([line(done), *notes])}; see {report}")
    return StageResult(
        summary=line(done),
        evidence={"commit": commit, "report": report, "claims": len(done)},
    )


def _capture(desk: Desk, name: str) -> Capture:
    """Run the Gauger's build in the jail; everything it prints, and the frames it writes."""
    table = desk.table.assemblies[name]
    build = desk.town.layout.build(desk.request.convoy, name)
    product, frames = build / "product", desk.folder / "frames"
    if not product.is_dir():
        raise StageFailedError(f"{product}: no build of {name}; its Gauger must run first")
    frames.mkdir(exist_ok=True)
    log = desk.folder / "capture.log"
    with span("build"):
        ran = desk.jail.run(
            filled(table.capture, {"out": product, "frames": frames}),
            cwd=product,
            writable=[frames],
            readable=[product],
            timeout_s=table.timeout_s,
            log=log,
        )
    if ran.rc:
        raise StageFailedError(f"{name} ended with {ran.rc}; {log} ends with:\n{ran.output[-800:]}")
    return Capture(log.read_text(encoding="utf-8", errors="replace"), frames)


def _looked(
    desk: Desk, truth: Truth, capture: Capture, sightings: list[Sighting]
) -> tuple[dict[int, tuple[Verdict, str]], list[str]]:
    """The model's verdicts on what is left for the eye, and notes on how far to trust them.

    A claim that code could judge and that failed makes the eye unnecessary.
    """
    open_ = {one.number for one in sightings if one.verdict == "unsure"}
    if not open_ or any(one.verdict == "fail" for one in sightings):
        return {}, []
    verdicts: dict[int, tuple[Verdict, str]] = {}
    for frame, claims in _by_frame(truth, open_).items():
        reference, actual = _reference(truth, frame), capture.frame(frame)
        seen = _ask(desk, claims, [*reference, actual])
        control = _ask(desk, claims, [*reference, seeded_defect(actual)])
        if all(verdict == "pass" for verdict, _ in control.values()):
            return {}, [f"{frame}: {BLIND}"]
        verdicts |= seen
    return verdicts, []


def _by_frame(truth: Truth, open_: set[int]) -> Mapping[str, list[Numbered]]:
    found: dict[str, list[Numbered]] = {}
    for one in truth.for_the_eye:
        if one.number in open_ and one.claim.kind == "vision":
            found.setdefault(one.scenario.frame_of(one.claim), []).append(one)
    return found


def _ask(desk: Desk, claims: list[Numbered], images: list[bytes]) -> dict[int, tuple[Verdict, str]]:
    """One question to the model about one picture; every claim gets exactly one verdict."""
    numbers = {one.number for one in claims}

    def verify(answer: BaseModel | None) -> Check:
        given = [one.claim for one in answer.claims] if isinstance(answer, Sightings) else []
        ok = set(given) == numbers and len(given) == len(numbers)
        return Check(ok=ok, feedback=f"Give one verdict for each of the claims {sorted(numbers)}.")

    listed = "\n".join(f"{one.number}. {one.claim.text}" for one in claims)
    shown = "The first picture is a reference, the last one" if len(images) > 1 else "The picture"
    task = f"{shown} is what must be judged. Judge each claim by what you see.\n\n{listed}"
    outcome = desk.session(task, output=Sightings, verify=verify, images=tuple(images))
    assert isinstance(outcome.answer, Sightings)  # noqa: S101 — the loop validated it
    return {one.claim: (one.verdict, one.evidence) for one in outcome.answer.claims}


def _reference(truth: Truth, frame: str) -> list[bytes]:
    """The reference picture of a frame, where a pixel claim names one."""
    for one in truth.claims:
        if one.claim.kind == "pixel" and one.claim.frame == frame:
            return [truth.pictures[one.scenario.reference_of(one.claim)]]
    return []


def _report(desk: Desk, title: str, sightings: list[Sighting], notes: list[str]) -> str:
    """Put the report into the private repository; its path from the town's root."""
    private = desk.town.layout.private("spotter")
    folder = Path(desk.request.convoy) / (desk.request.assembly or "")
    files = {str(folder / name): text for name, text in render(title, sightings, notes).items()}
    commit_report(private, files, f"Spotter: {title}", desk.author)
    return str((private / folder / "report.md").relative_to(desk.town.root))
