"""crew: questions about a repository, answered with file and line; deployed as `crew`.

Started from the UI's form, or called: no convoy, and nothing in the repository changes.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from gastown.errors import ConfigError
from gastown.retrieval.reply import Reply
from tasks.crew import Question, ask_all, check_question, ground_of
from tasks.publish_words import publish_replies


@flow(name="crew", flow_run_name="ask the crew of {rig}", persist_result=False)
def crew(town: str, rig: str, questions: list[str], *, fetch: bool = True) -> list[Reply]:
    """Ask the Crew of a rig.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        rig: A rig of the town, or the folder of a git checkout.
        questions: One or more; asked at once.
        fetch: Ask the rig's origin first what is new.
    """
    home = open_town(town)
    _check(questions)
    ground = ground_of(home, rig, fetch=fetch)
    asked = [Question(ground, question) for question in questions]
    replies = ask_all(home, asked, get_run_logger().info)
    publish_replies(replies)
    return replies


def _check(questions: list[str]) -> None:
    if not questions:
        raise ConfigError("there is no question; give at least one")
    for question in questions:
        check_question(question)
