"""mayor: from an idea to a plan that code found in order, with the knowledge of the rigs' Crew.

The Crew is asked first, each rig at once; then the Mayor plans, and may put questions of its own
once more. Nothing is created here but the document: `sling_plan` is what makes beads.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count

from gastown.agents.prose import one_line
from gastown.beads.ledger import utc_now
from gastown.errors import ConfigError, PlanError
from gastown.mail.address import MAYOR
from gastown.planning.answer import PlanAnswer
from gastown.planning.check import doubles
from gastown.planning.document import PlanDocument, plan_id
from gastown.planning.drafting import Drafting
from gastown.planning.pour import Poured, pour_plan
from gastown.planning.prompt import crew_question, task_text
from gastown.planning.store import Plans
from gastown.retrieval.reply import Reply
from gastown.rigs.lock import file_lock
from gastown.town.town import Town
from tasks.briefing import Order, Tell, Work, briefing, open_beads, seat_of
from tasks.crew import Ground, Question, ask_all, ground_of, room_of
from tasks.errand import errand
from tasks.prospects import prospect_of

ROUNDS = 2
"""Times that the Mayor is asked: once with the Crew's first answers, once with those to its own."""
ANSWER = "plan.json"
MOST_IDEA = 8_000
"""Characters of an idea, and of a remark."""
_TITLE_CHARS = 100


def plans_of(town: Town) -> Plans:
    """Where the town's plans are kept."""
    return Plans(town.layout.private("mayor"))


def make_plan(
    town: Town,
    order: Order,
    tell: Tell,
    clock: Callable[[], datetime] = utc_now,
) -> PlanDocument:
    """Plan, and keep the plan; no bead is made.

    Args:
        town: Whose rigs, seats and budget.
        order: The idea, or the remark on a plan.
        tell: Hears how far it is.
        clock: When the plan was made.

    Raises:
        PlanError: The Mayor's last answer still had faults; they are in it.
        ConfigError: No idea, an unknown rig, or no model for a role.
        CapacityError: There is no room or no money for a session.
    """
    _check(order)
    rigs = _rigs(town, order)
    grounds = {rig: ground_of(town, rig, fetch=True) for rig in rigs}
    work = Work(town, order, rigs, tell, grounds, _known(order, grounds))
    plan = _document(work, _planned(work), clock())
    tell("working out what it will take …")
    plan = plan.model_copy(update={"prospect": prospect_of(town, plan, order.wish)})
    plans_of(town).keep(plan, f"mayor <mayor@{town.config.town.name}>")
    return plan


def sling_plan(town: Town, plan: PlanDocument, *, profile: str = "", actor: str = "") -> Poured:
    """The plan's beads and convoy, made once and found from then on. Nothing is launched."""
    with file_lock(town.layout.state / "plans.lock"):
        return pour_plan(town.ledger, town.config, plan, profile=profile, actor=actor)


def open_doubles(town: Town, plan: PlanDocument) -> list[str]:
    """Open beads that do what a bead of the plan does, by their titles."""
    others = [bead for bead in open_beads(town, plan.asked) if plan.id not in bead.labels]
    return doubles(plan.beads, others)


def _planned(work: Work) -> PlanAnswer:
    told = {reply.rig for reply in work.replies}
    idea = work.order.idea
    _ask_crew(work, [(rig, crew_question(idea), idea) for rig in work.rigs if rig not in told])
    for number in range(ROUNDS):
        work.tell("the Mayor plans again, with these answers …" if number else "the Mayor plans …")
        drafting = Drafting(tuple(work.town.config.rigs), work.rigs, number < ROUNDS - 1)
        answer = _session(work, drafting, again=number > 0)
        if drafting.faults:
            said = f"the Mayor made no plan that can be worked on ({work.kept} has its last one):"
            raise PlanError(said, drafting.faults)
        if not drafting.questions:
            return answer
        _ask_crew(work, [(one.rig, one.question, "") for one in drafting.questions])
    raise PlanError("the Mayor made no plan:", ["it only asks questions"])  # pragma: no cover


def _session(work: Work, drafting: Drafting, *, again: bool) -> PlanAnswer:
    order = work.order
    verb = "Plan again" if again else "Revise" if order.before else "Plan"
    title = one_line(f"{verb}: {order.remark or order.idea}", _TITLE_CHARS)
    with errand(work.town, "mayor", title=title, seat=seat_of(work), tell=work.tell) as desk:
        work.model, desk.reads = desk.request.model, MAYOR
        task = task_text(briefing(work, room_of(desk), may_ask=drafting.may_ask))
        outcome = desk.session(task, output=PlanAnswer, verify=drafting.hear)
        assert isinstance(outcome.answer, PlanAnswer)  # noqa: S101 — the loop validated it
        desk.keep(ANSWER, outcome.answer.model_dump(mode="json"))
        work.kept = str((desk.folder / ANSWER).relative_to(work.town.root))
        return outcome.answer


def _ask_crew(work: Work, asked: Sequence[tuple[str, str, str]]) -> None:
    """Rig, question, and the words to look for where they are others than the question's."""
    if not asked:
        return
    work.tell(f"asking the crew of {', '.join(dict.fromkeys(rig for rig, _, _ in asked))} …")
    questions = [Question(work.grounds[rig], text, words) for rig, text, words in asked]
    work.replies += ask_all(work.town, questions, work.tell)


def _known(order: Order, grounds: Mapping[str, Ground]) -> list[Reply]:
    """What the Crew said for the version before, of rigs that are as they were."""
    before = order.before.knowledge if order.before else ()
    return [
        reply
        for reply in before
        if reply.rig in grounds and reply.commit == grounds[reply.rig].index.commit
    ]


def _document(work: Work, answer: PlanAnswer, at: datetime) -> PlanDocument:
    order, plans = work.order, plans_of(work.town)
    new = next(name for number in count() if not plans.has(name := plan_id(order.idea, at, number)))
    return PlanDocument(
        id=order.before.id if order.before else new,
        version=order.before.version + 1 if order.before else 1,
        idea=order.idea,
        remark=order.remark,
        title=answer.title,
        goal=answer.goal,
        acceptance=answer.acceptance,
        risks=answer.risks,
        rigs=answer.rigs,
        beads=answer.beads,
        knowledge=tuple(work.replies),
        asked=work.rigs,
        author=order.author,
        model=work.model,
        created_at=at,
    )


def _rigs(town: Town, order: Order) -> tuple[str, ...]:
    """Those that a person named, else those of the version before, else all."""
    named = order.rigs or (order.before.asked if order.before else tuple(town.config.rigs))
    for rig in named:
        town.config.rig(rig)
    if not named:
        raise ConfigError("the town has no rig to plan for: town rig add NAME ORIGIN")
    return tuple(dict.fromkeys(named))


def _check(order: Order) -> None:
    """Refuse what nobody could plan. Raises ConfigError."""
    said = {"idea": order.idea, **({"remark": order.remark} if order.before else {})}
    for name, text in said.items():
        if not text.strip():
            raise ConfigError(f"the {name} is empty; say what you want")
        if len(text) > MOST_IDEA:
            raise ConfigError(f"the {name} has {len(text)} characters; {MOST_IDEA} are allowed")
