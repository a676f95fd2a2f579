"""`town readme`: the Librarian on one repository, without a convoy."""

from collections.abc import Sequence

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.documents.fault import Fault
from gastown.errors import ConfigError


def readme(
    repository: str,
    /,
    *,
    since: str = "",
    check: bool = False,
    apply: bool = False,
    options: Options = PLAIN,
) -> int:
    """Bring a repository's documentation in line with what happened, and show the change.

    Links must lead somewhere and code blocks parse; nothing is fetched, and nothing is run. Exit
    code 1 when the documentation has such faults.

    Args:
        repository: A rig of the town, or the folder of a git checkout.
        since: From which commit on. [default: the Librarian's last, else the last twenty]
        check: Only look for faults; no model is asked.
        apply: Merge the change into the rig, or make it in the checkout.
    """
    if check and (apply or since):
        raise ConfigError("--check only looks; leave out --apply and --since")
    return _check(options, repository) if check else _write(options, repository, since, apply)


def _check(options: Options, repository: str) -> int:
    from tasks.readme_alone import check_alone

    name, faults = check_alone(options.open(), repository)
    data = {"name": name, "faults": [fault.model_dump(mode="json") for fault in faults]}
    show(options, data, *_told(name, faults))
    return int(bool(faults))


def _write(options: Options, repository: str, since: str, apply: bool) -> int:
    from tasks.readme_alone import readme_alone

    made = readme_alone(options.open(), repository, since=since, apply=apply, tell=tell)
    nothing = f"nothing has happened in {made.name} since {made.since[:10]}"
    said = [made.patch, made.summary, made.applied] if made.files else [nothing]
    show(options, made.model_dump(mode="json"), *filter(None, said), *_told(made.name, made.faults))
    return int(bool(made.faults))


def _told(name: str, faults: Sequence[Fault]) -> list[str]:
    if not faults:
        return [f"{name}: every link leads somewhere, every code block parses"]
    count = f"{len(faults)} fault{'s' * (len(faults) != 1)} in the documentation of {name}"
    return [*map(str, faults), count]
