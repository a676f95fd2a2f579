"""`town crew …`: a person's own clones of a rig."""

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show
from gastown.founding.crew import add_crew

app = group("crew", "Crew: a person's own clones of a rig.")


@app.command
def add(name: str, /, *, rig: str, options: Options = PLAIN) -> None:
    """Clone a rig for a person to work in; no agent ever touches it.

    Args:
        name: Whose it is.
        rig: The rig.
    """
    folder = add_crew(options.open(), rig, name)
    show(options, {"rig": rig, "name": name, "folder": str(folder)}, str(folder))
