"""audition: let models try a role's tasks, and show how they did; deployed as `audition`."""

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from pydantic import Field

from blocks.town import open_town
from gastown.auditions.report import report
from gastown.auditions.task import Role, load_tasks
from gastown.auditions.trial import Trial
from tasks.audition import candidate_of
from tasks.auditions import programme, run_programme


@flow(name="audition", flow_run_name="audition for {role}", persist_result=False)
def audition(
    town: str,
    role: Role,
    models: Annotated[tuple[str, ...], Field(min_length=1)],
    endpoint: str = "",
    repeat: Annotated[int, Field(ge=1, le=100)] = 3,
    jobs: Annotated[int, Field(ge=1, le=32)] = 1,
) -> tuple[Trial, ...]:
    """Let each model try each of a role's tasks some times.

    Args:
        town: Folder of a town, or the name of its Town block.
        role: Whose work it is.
        models: Rows of the town's catalogue; with an endpoint, names that it knows.
        endpoint: An OpenAI-compatible address that needs no row.
        repeat: Times that each task is tried.
        jobs: Trials at once, as far as this machine has room.
    """
    opened, log = open_town(town), get_run_logger()
    candidates = [candidate_of(opened, role, model, endpoint) for model in models]
    plan = programme(candidates, load_tasks(role), repeat)
    for line in plan.skipped:
        log.warning(line)
    trials = run_programme(plan, jobs, lambda one, count: log.info("%d: %s", count, one.line))
    create_markdown_artifact(report(role, trials, plan.skipped), key=f"audition-{role}")
    return trials
