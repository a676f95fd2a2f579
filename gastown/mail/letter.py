"""Letter: what one agent says to another: a kind, an address, a header of `Key: value`, a text.

As words it is a subject, `KIND: what it is about`, and a body: the header's lines, an empty line,
the text. Printing and reading are each other's inverse.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, field_validator, model_validator

from gastown.agents.prose import clean, one_line
from gastown.beads.bead import REPLIES_TO, Bead
from gastown.errors import MailError
from gastown.mail.address import LONGEST, canonical
from gastown.stage import Frozen

Kind = Literal[
    "POLECAT_DONE",
    "MERGE_READY",
    "MERGED",
    "MERGE_FAILED",
    "REWORK_REQUEST",
    "WITNESS_PING",
    "HELP",
    "HANDOFF",
    "GATE",
    "NOTE",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "POLECAT_DONE": ("Exit", "Issue", "Branch"),
        "MERGE_READY": ("Branch", "Issue", "Polecat"),
        "MERGED": ("Branch", "Issue", "Commit"),
        "MERGE_FAILED": ("Branch", "Issue", "Failure"),
        "REWORK_REQUEST": ("Branch", "Issue", "Reason"),
        "WITNESS_PING": ("Rig",),
        "HELP": ("Problem",),
        "GATE": ("Gate", "Waits-For"),
    }
)
"""Keys without which a letter of its kind says nothing."""
# fmt: off
PASSING = frozenset[Kind]({
    "POLECAT_DONE", "MERGE_READY", "MERGED", "MERGE_FAILED", "REWORK_REQUEST", "WITNESS_PING",
})
# fmt: on
"""Kinds that flows tell each other: kept in this town's store, never in git, shown to no model."""
FROM, THREAD, KIND, ABOUT, REPLY = "from", "thread", "kind", "about", "reply_to"
SUBJECT_CHARS = 400
URGENT = 0

_KEY = r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"
_LINE = re.compile(rf"({_KEY}): (.*)")
_SUBJECT = re.compile(rf"({'|'.join(KINDS)}): (.+)", re.DOTALL)
_TextLine = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Letter(Frozen):
    """One letter, not sent yet. `sender` may be outside the town (an e-mail address)."""

    kind: Kind = "NOTE"
    sender: _TextLine
    to: _TextLine
    subject: str = Field(min_length=1, max_length=SUBJECT_CHARS)
    fields: dict[str, str] = Field(default_factory=dict, description="The header, in its order.")
    text: str = Field(default="", max_length=100_000)
    about: str = Field(default="", description="The bead it is about.")
    reply_to: str = Field(default="", description="The message, or gate, that it answers.")
    priority: int = Field(default=2, ge=0, le=4)

    @field_validator("sender", "subject")
    @classmethod
    def _is_one_line(cls, said: str) -> str:
        if said != one_line(said):
            raise ValueError("is one line, without white space around it")
        return said

    @field_validator("to")
    @classmethod
    def _is_an_address(cls, said: str) -> str:
        try:
            return canonical(said)
        except MailError as error:
            raise ValueError(str(error)) from None

    @field_validator("fields")
    @classmethod
    def _are_lines(cls, fields: dict[str, str]) -> dict[str, str]:
        for key, value in fields.items():
            if not re.fullmatch(_KEY, key):
                raise ValueError(f"{key!r} is no key; e.g. Branch, Waits-For")
            if value != one_line(value):
                raise ValueError(f"{key}: its value is one line, without white space around it")
        return fields

    @field_validator("text")
    @classmethod
    def _is_clean(cls, text: str) -> str:
        return clean(text)

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> "Letter":
        missing = [key for key in REQUIRED.get(self.kind, ()) if not self.fields.get(key)]
        if missing:
            raise ValueError(f"{self.kind} needs the header lines: {', '.join(missing)}")
        return self

    @property
    def title(self) -> str:
        """The subject as it is printed; a NOTE names its kind only where one could be misread."""
        plain = self.kind == "NOTE" and not _SUBJECT.fullmatch(self.subject)
        return self.subject if plain else f"{self.kind}: {self.subject}"

    @property
    def body(self) -> str:
        """Header, empty line, text."""
        header = "\n".join(f"{key}: {value}" for key, value in self.fields.items())
        if header:
            return f"{header}\n\n{self.text}" if self.text else header
        return f"\n{self.text}" if read_body(self.text)[0] else self.text


def write(**said: Any) -> Letter:
    """A letter of what was said. Raises MailError with everything that is wrong with it."""
    try:
        return Letter.model_validate(said)
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise MailError("; ".join(line.removeprefix(": ") for line in lines)) from None


def read_title(title: str) -> tuple[Kind, str]:
    """Kind and subject of a printed subject; one that names no kind is a NOTE."""
    found = _SUBJECT.fullmatch(title)
    if found is None:
        return "NOTE", title
    return next(kind for kind in KINDS if kind == found[1]), found[2]


def read_body(body: str) -> tuple[dict[str, str], str]:
    """Header and text of a printed body; where the first lines are no header, all is text."""
    head, _, text = body.partition("\n\n") if not body.startswith("\n") else ("", "", body[1:])
    lines = [_LINE.fullmatch(line) for line in head.split("\n")] if head else []
    fields = {line[1]: line[2] for line in lines if line is not None}
    return (fields, text) if len(fields) == len(lines) else ({}, body)


def letter_of(bead: Bead) -> Letter:
    """The letter that a message bead holds, also one that another tool left there.

    What is no letter of its kind is a NOTE, word for word.
    """
    kind, subject = read_title(bead.title)
    fields, text = read_body(bead.description)
    known: dict[str, Any] = {
        "sender": one_line(str(bead.metadata.get(FROM) or bead.created_by), LONGEST) or "somebody",
        "to": bead.assignee or "overseer",
        "about": str(bead.metadata.get(ABOUT, "")),
        "reply_to": str(bead.metadata.get(REPLY, "")) or _replied(bead),
        "priority": bead.priority,
    }
    try:
        return write(kind=kind, subject=subject, fields=fields, text=text, **known)
    except MailError:
        plain = one_line(bead.title, SUBJECT_CHARS) or "(no subject)"
        return write(subject=plain, text=bead.description[:100_000], **{**known, **_safe(known)})


def _replied(bead: Bead) -> str:
    edges = (edge.depends_on_id for edge in bead.dependencies if edge.type == REPLIES_TO)
    return next(edges, "")


def _safe(known: Mapping[str, Any]) -> dict[str, str]:
    """Another tool's address where it is one, else the person's."""
    try:
        return {"to": canonical(str(known["to"]))}
    except MailError:
        return {"to": "overseer"}
