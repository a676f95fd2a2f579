"""`town crew …`: ask about a rig; a person's own clones of it."""

from collections.abc import Iterator

from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, tell
from gastown.founding.crew import add_crew
from gastown.retrieval.reply import Reply

app = group("crew", "Crew: ask about a rig; a person's own clones of it.")


@app.command
def ask(rig: str, questions: list[str], /, *, fetch: bool = False, options: Options = PLAIN) -> int:
    """Ask about a rig; the answer cites file and line, or is that the rig does not say it.

    Several questions are asked at once: one here, the others in the cloud where this PC is full.
    Exit code 1 when one is not answered.

    Args:
        rig: A rig of the town, or the folder of a git checkout.
        questions: One or more.
        fetch: Ask the rig's origin first what is new.
    """
    from tasks.crew import Question, ask_all, check_question, ground_of

    town = options.open()
    for question in questions:
        check_question(question)
    ground = ground_of(town, rig, fetch=fetch)
    tell(f"asking the crew of {ground.name} at {ground.index.commit[:10]} …")
    replies = ask_all(town, [Question(ground, question) for question in questions], tell)
    shown = [one for reply in replies for one in _shown(reply, named=len(replies) > 1)]
    show(options, [reply.model_dump(mode="json") for reply in replies], *shown)
    return int(not all(reply.answered for reply in replies))


@app.command
def add(name: str, /, *, rig: str, options: Options = PLAIN) -> None:
    """Clone a rig for a person to work in; no agent ever touches it.

    Args:
        name: Whose it is.
        rig: The rig.
    """
    folder = add_crew(options.open(), rig, name)
    show(options, {"rig": rig, "name": name, "folder": str(folder)}, str(folder))


def _shown(reply: Reply, *, named: bool) -> Iterator[RenderableType]:
    """The question if there are several, the answer, what it rests on, and who said so."""
    if named:
        yield f"{reply.question}"
    yield reply.text
    if reply.because:
        yield f"because {reply.because}"
    yield from (f"  {one.place}  {one.quote}" for one in reply.citations)
    yield f"({reply.source})\n"
