"""`town mail …` and `town nudge`: letters between agents, flows and people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.agents.prose import one_line
from gastown.beads.bead import Bead
from gastown.beads.ledger import utc_now
from gastown.cli.going_on import look_and_go_on, otherwise
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table, tell
from gastown.cli.values import parse_values
from gastown.errors import GasTownError, MailError
from gastown.gates.mail import answers, waiting
from gastown.gates.record import record_of
from gastown.gates.words import length
from gastown.mail import box
from gastown.mail.address import OVERSEER, ears, parse
from gastown.mail.box import Mail
from gastown.mail.letter import SUBJECT_CHARS, URGENT, Kind, read_body, write
from gastown.mail.post import send as post
from gastown.town.town import Town

app = group("mail", "Mail: letters between agents, flows and people.")

_SUBJECT_OF_TEXT = 72
SET = Annotated[tuple[str, ...], Parameter(name=["--set", "-s"])]
SENDER = Annotated[str, Parameter(name="--from")]


@app.command
def inbox(
    address: str = OVERSEER,
    /,
    *,
    all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False,
    options: Options = PLAIN,
) -> None:
    """List what lies in a mailbox, as it was sent.

    Args:
        address: Whose: overseer, mayor, RIG/refinery, RIG/NAME of a polecat, RIG/crew/NAME.
        all_: What was put away, or read by an agent, too.
    """
    town = options.open()
    reader = parse(address, town.config)
    found = box.inbox(town.ledger, reader, hears=ears(reader, town.config)[1:], archived=all_)
    data = [_json(mail) for mail in waiting(town.ledger, found)]
    columns = ("id", "status", "P", "kind", "from", "since", "subject")
    rows = [
        (one["id"], one["state"], f"P{one['priority']}", one["kind"], one["from"], one["since"],
         one["subject"])
        for one in data
    ]  # fmt: skip
    show(options, data, table(f"mail of {reader}", columns, rows))


@app.command
def read(
    message: str,
    /,
    *,
    whole: bool = False,
    reader: Annotated[str, Parameter(name="--as")] = OVERSEER,
    options: Options = PLAIN,
) -> None:
    """Read a message, or the whole talk that it is part of.

    Args:
        message: Its id, as `town mail inbox` shows it.
        whole: Everything that was said before and after, too.
        reader: Who reads; what went to another stays unread.
    """
    town = options.open()
    name = str(parse(reader, town.config))
    mails = [box.read(town.ledger, message, name)]
    if whole:
        mails = box.talk(town.ledger, message, name)
    data: Any = [_json(mail) for mail in mails] if whole else _json(mails[0])
    shown = [one for mail in mails for one in (_card(mail), "", mail.letter.text, "")]
    show(options, data, *shown[:-1])


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Heading:
    """What a letter may carry beside its words."""

    subject: Annotated[str, Parameter(help="In a line. [default: the first line of TEXT]")] = ""
    kind: Annotated[Kind, Parameter(help="Each has header lines of its own.")] = "NOTE"
    about: Annotated[str, Parameter(help="The bead it is about.")] = ""
    reply_to: Annotated[str, Parameter(help="The message, or the gate, that it answers.")] = ""
    priority: Annotated[
        int, Parameter(name=["--priority", "-P"], help="0 urgent to 4 whenever.")
    ] = 2
    key: Annotated[str, Parameter(help="Sent again under the same key, it is sent once.")] = ""
    sender: Annotated[str, Parameter(name="--from", help="Who sends it.")] = OVERSEER


@app.command(name="send")
def send_(
    to: str,
    text: str,
    /,
    *,
    heading: Heading = Heading(),
    values: SET = (),
    options: Options = PLAIN,
) -> None:
    """Send a letter; an agent reads it at its next turn.

    Args:
        to: Its address; RIG/ is everybody at a rig, list:NAME a list of town.toml.
        text: The words; lines `Key: value` before an empty line are its header.
        values: KEY=VALUE for a header line; may be repeated.
    """
    town = options.open()
    if heading.kind == "GATE":
        raise MailError("a gate asks by itself, when it opens; to answer one: --reply-to GATE")
    if heading.about:
        town.ledger.show(heading.about)
    fields, words = _parted(text, values)
    letter = write(
        kind=heading.kind,
        sender=heading.sender,
        to=str(parse(to, town.config)),
        subject=heading.subject or _first_line(words or next(iter(fields.values()), "")),
        fields=fields,
        text=words,
        about=heading.about,
        reply_to=heading.reply_to,
        priority=heading.priority,
    )
    _sent(town, options, post(town.ledger, letter, key=heading.key), f"to {letter.to}")


@app.command
def reply(
    message: str,
    text: str,
    /,
    *,
    values: SET = (),
    sender: SENDER = "",
    options: Options = PLAIN,
) -> None:
    """Answer a message. A reply to a gate's letter opens the gate: yes or no as the first word.

    Args:
        message: Its id, as `town mail inbox` shows it.
        text: The words.
        values: NAME=VALUE for a header line, or a field of the gate's form; may be repeated.
        sender: Who answers. [default: whom the message went to]
    """
    town = options.open()
    fields, words = _parted(text, values)
    bead = box.reply(town.ledger, message, words, sender=sender, fields=fields)
    box.read(town.ledger, message, bead.metadata["from"])
    _sent(town, options, bead, f"in answer to {message}")


@app.command
def archive(messages: list[str], /, *, options: Options = PLAIN) -> None:
    """Put messages away; nothing is deleted.

    Args:
        messages: Their ids.
    """
    town = options.open()
    away = box.archive(town.ledger, messages)
    show(options, {"archived": away}, f"put away: {', '.join(away) or 'nothing new'}")


def nudge(agent: str, text: str, /, *, sender: SENDER = OVERSEER, options: Options = PLAIN) -> None:
    """Tell an agent something that it reads at its next turn; nothing it does is broken off.

    Args:
        agent: Its address: mayor, RIG/refinery, RIG/NAME of a polecat.
        text: The words.
        sender: Who says it.
    """
    town = options.open()
    letter = write(
        sender=sender,
        to=str(parse(agent, town.config)),
        subject=_first_line(text),
        text=text,
        priority=URGENT,
    )
    _sent(
        town, options, post(town.ledger, letter), f"to {letter.to}, who reads it at the next turn"
    )


def _sent(town: Town, options: Options, bead: Bead, whither: str) -> None:
    """Say what was sent; where it answers a gate, look at that now, so that its run goes on."""
    gates = answers(town.ledger, bead)
    data: dict[str, Any] = {"id": bead.id, "to": bead.assignee, "title": bead.title}
    said = [f"sent {bead.id} {whither}"]
    if gates:
        data["gates"], more = _opened(town, gates)
        said += more
    show(options, data, *said)


def _opened(town: Town, gates: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        found = look_and_go_on(town, gates)
    except GasTownError as error:
        tell(f"warning: the answer is on record, but was not read yet: {error}")
        return [], []
    data = [
        {**one.model_dump(mode="json"), "resumed": one.run in found.runs} for one in found.looked
    ]
    return data, [_told(town, one, found.runs) for one in data]


def _told(town: Town, looked: dict[str, Any], runs: Sequence[str]) -> str:
    record = record_of(town.ledger.show(looked["gate"]))
    if looked["found"] not in {"resolved", "rejected"}:
        why = record.refused if record and record.refused else "that is no answer to it"
        return f"{looked['gate']} waits still: {why}"
    went_on = "its run goes on" if looked["run"] in runs else otherwise(town, looked["run"])
    return f"{looked['gate']} {looked['found']}: {looked['said']}; {went_on}"


def _parted(text: str, values: Sequence[str]) -> tuple[dict[str, str], str]:
    """Header and words: what a person wrote before an empty line, and gave with --set."""
    fields, words = read_body(text)
    given = {_as_key(name): value for name, value in parse_values(values).items()}
    return {**fields, **given}, words


def _as_key(name: str) -> str:
    """`waits_for` as a header writes it, `Waits-For`; what has a capital stays as it is."""
    if name[:1].isupper():
        return name
    return "-".join(part.capitalize() for part in name.replace("_", "-").split("-"))


def _first_line(text: str) -> str:
    return one_line(text.strip().partition("\n")[0], min(_SUBJECT_OF_TEXT, SUBJECT_CHARS))


def _state(mail: Mail) -> str:
    if mail.archived:
        return "archived"
    return "read" if mail.read else "new"


def _json(mail: Mail) -> dict[str, Any]:
    letter = mail.letter.model_dump(mode="json", exclude={"sender"})
    return {
        "id": mail.id,
        "state": _state(mail),
        "from": mail.letter.sender,
        **letter,
        "at": mail.at,
        "since": length((utc_now() - mail.at).total_seconds()),
    }


def _card(mail: Mail) -> Any:
    letter = mail.letter
    return pairs(
        [
            ("id", mail.id),
            ("subject", letter.title),
            ("from", letter.sender),
            ("to", letter.to),
            ("sent", f"{mail.at:%Y-%m-%d %H:%M:%S} UTC"),
            ("about", letter.about),
            ("answers", letter.reply_to),
            *letter.fields.items(),
        ]
    )
