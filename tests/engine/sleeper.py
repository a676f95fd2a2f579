"""A flow that takes its time, for what happens to a run whose processes die."""

import time

from prefect import flow, task


@task
def nap(seconds: float) -> None:
    """Sleep."""
    time.sleep(seconds)


@flow
def sleeper(seconds: float = 1.0) -> str:
    """Nap twice, one after the other."""
    nap(seconds)
    nap(seconds)
    return "rested"
