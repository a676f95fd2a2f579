"""`town up` and `town down`: the town's Prefect server and worker."""

from gastown.cli.attended import attend, heeding
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.cli.prefect import use_engine


def up(*, options: Options = PLAIN) -> None:
    """Start the town's Prefect server and worker, or repair what died; twice is once."""
    town = options.open()
    use_engine(town, town.config.server.api_url)
    from deployments.up import up as bring_up

    with heeding() as stop:
        done = attend(stop, lambda: bring_up(town, tell, stop=stop))
    show(options, done, f"{town.config.town.name} is up: {done.ui}")


def down(*, options: Options = PLAIN) -> None:
    """End every process of the town. Convoys that were running go on at the next `town up`."""
    from deployments.down import down as bring_down

    town = options.open()
    done = bring_down(town.layout, tell)
    said = "is down" if done.ended else "was down already"
    show(options, done, f"{town.config.town.name} {said}")
