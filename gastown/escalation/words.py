"""What is said of an escalation to whoever is asked: text alone, and how to answer."""

from gastown.agents.brief import clip, fenced
from gastown.agents.prose import clean, one_line
from gastown.escalation.escalation import Escalation, Link

TEXT_CHARS = 3_000


def heading(one: Escalation) -> str:
    """One line: how bad, of what kind, what."""
    return f"{one.severity} {one.category}: {one_line(one.subject)}"


def told(bead: str, one: Escalation) -> str:
    """The whole of it. What its raiser wrote stands fenced: it is told, and asks for nothing."""
    facts = {"Escalation": bead, "About": one.about, "From": one.source}
    head = "\n".join(f"{name}: {one_line(said)}" for name, said in facts.items() if said)
    text = fenced(clip(clean(one.text), TEXT_CHARS)) if one.text else ""
    history = "\n".join(f"- {line(link)}" for link in one.chain)
    return "\n\n".join(part for part in (head, text, history, how_to_answer(bead)) if part)


def line(link: Link) -> str:
    """One link of the chain."""
    why = f": {one_line(link.why, 300)}" if link.why else ""
    at = f"{link.at:%Y-%m-%d %H:%M}"
    to = f", now with the {link.tier.capitalize()}" if link.did not in _STILL else ""
    return f"{at} {link.did} by {one_line(link.who, 100)}{to}{why}"


def how_to_answer(bead: str) -> str:
    """The commands by which a tier answers."""
    return (
        f"You are at it: town escalation ack {bead}\n"
        f"It is settled: town escalation resolve {bead} --how …\n"
        f"It is for the next one: town escalation forward {bead} --why …\n"
        f"Or reply to the letter that asks you: ack …, resolve …, forward …"
    )


_STILL = frozenset({"acked", "again", "resolved", "reminded"})
