"""wording: the Assistant's words for the facts of a day, as far as they hold.

They are used only if code finds each of their numbers in the facts that they name. What the model
cannot say so, and what stops it, costs the wording and nothing else: the facts go as they are.
"""

from gastown.errors import GasTownError
from gastown.morning.brief import Brief, plain_brief, worded_brief
from gastown.morning.fact import Morning
from gastown.morning.wording import Wording, judge, task
from gastown.town.town import Town
from tasks.errand import errand


def brief_of(town: Town, morning: Morning) -> Brief:
    """The brief of a day's facts, worded by the Assistant's model if that holds."""
    if not morning.facts:
        return plain_brief(morning, "there is nothing to word")
    try:
        return _worded(town, morning)
    except GasTownError as error:
        return plain_brief(morning, f"not worded: {error}")


def _worded(town: Town, morning: Morning) -> Brief:
    with errand(town, "assistant", title=f"brief {morning.day.isoformat()}") as desk:
        outcome = desk.attempt(
            task(morning), output=Wording, verify=lambda answer: judge(morning, answer)
        )
        if outcome.status == "done" and isinstance(outcome.answer, Wording):
            return worded_brief(morning, outcome.answer, desk.request.model, desk.spent)
        left = outcome.check.feedback if outcome.check else ""
        why = "; ".join(filter(None, [outcome.error, left]))
        return plain_brief(morning, f"not worded: {why}", desk.spent)
