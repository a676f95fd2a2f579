"""Leg steps: legs and their synthesis as steps, with all Go-template text rendered.

What is rendered into a text is somebody's value: it must not be read again when the cook fills in
names. A value with a brace in it therefore stands in the text as a name of its own.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from gastown.errors import TemplateError
from gastown.formula.gotext.render import Piece, Template
from gastown.formula.gotext.values import NO_VALUE, Own
from gastown.formula.inputs import TOLD, change_of, told, variables
from gastown.formula.legs import SYNTHESIS, Leg, Synthesis
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.var import Var


class LegSteps:
    """Makes the steps of one formula; `others` are variables that their texts need beside its own.

    Everything raises ValueError: for a text that is wrong, a path that leads out of the repository.
    """

    def __init__(self, formula: Formula, values: Mapping[str, Any], convoy: str) -> None:
        self._formula = formula
        self._told = told(formula, values, convoy)
        self._names = {*variables(formula), *values}
        self._kept: dict[str, str] = {}
        self._read: dict[str, Template] = {}
        self._given = frozenset(values) - TOLD.keys()
        self.others: dict[str, Var] = {}
        output = formula.output
        self._told["output"] = {
            "directory": self._plain("output.directory", output.directory, self._told),
            "leg_pattern": output.leg_pattern,
            "synthesis": self._plain("output.synthesis", output.synthesis, self._told),
        }

    def leg(self, leg: Leg) -> Step:
        """One leg: its own text, then what every leg of the formula is told."""
        place, base = f"legs.{leg.id}", self._formula.prompts.get("base", "")
        context = {**self._told, "leg": {"id": leg.id}, "output_path": ""}
        path, written = self._path(f"{place}: output", self._formula.output.leg_pattern, context)
        texts = {
            name: self._own(f"{place}.{name}", getattr(leg, name), context)
            for name in ("title", "focus", "description")
        }
        about = {name: Own(text) for name, text in texts.items()}
        context |= {"leg": {**leg.model_dump(), **about}, "output_path": path}
        said = self._template("prompts.base", base).paths
        parts = [
            texts["description"] if ("leg", "description") not in said else "",
            f"Focus: {texts['focus']}" if leg.focus and ("leg", "focus") not in said else "",
            self._text("prompts.base", base, context),
            _report(written) if ("output_path",) not in said else "",
        ]
        return Step(
            id=leg.id,
            title=texts["title"],
            description=_joined(parts),
            role=leg.role,
            metadata=self._metadata(leg.agent, written, texts["focus"], reads=leg.review_only),
        )

    def synthesis(self, written: Synthesis, legs: Sequence[str]) -> Step:
        """The step after the legs; it waits for those of its `depends_on` that run, else all."""
        context: dict[str, Any] = {**self._told, "leg": {}, "output_path": ""}
        path, kept = self._path("output.synthesis", self._formula.output.synthesis, context)
        context["output_path"] = path
        needs = tuple(leg for leg in written.depends_on if leg in legs) or tuple(legs)
        place = "synthesis.description"
        said = self._template(place, written.description).paths
        text = self._text(place, written.description, context)
        return Step(
            id=SYNTHESIS,
            title=self._text("synthesis.title", written.title, context),
            description=_joined([text, _report(kept) if ("output_path",) not in said else ""]),
            role=written.role,
            needs=needs,
            metadata=self._metadata(written.agent, kept, "", reads=False),
        )

    def _metadata(self, agent: str, output: str, focus: str, *, reads: bool) -> dict[str, Any]:
        found = {"agent": agent or self._formula.agent, "output": output, "focus": focus}
        found["change"] = self._safe(change_of(self._told))
        kept: dict[str, Any] = {name: value for name, value in found.items() if value}
        return {**kept, "review_only": True} if reads or self._formula.review_only else kept

    def _path(self, place: str, pattern: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """Where a report goes: as it is, and as a text of a step holds it."""
        if not pattern:
            return "", ""
        folder = self._formula.output.directory.rstrip("/")
        template = f"{folder}/{pattern}" if folder else pattern
        path = self._plain(place, template, context)
        if NO_VALUE in path:
            raise ValueError(f"{place}: {path}: give what is missing with --set NAME=…")
        inside = PurePosixPath(path)
        if inside.is_absolute() or ".." in inside.parts:
            raise ValueError(f"{place}: {path} leads out of the repository")
        return path, self._text(place, template, context)

    def _plain(self, place: str, template: str, context: Mapping[str, Any]) -> str:
        return "".join(piece.text for piece in self._pieces(place, template, context))

    def _own(self, place: str, template: str, context: Mapping[str, Any]) -> str:
        """A leg's own text; one that is no template stands as it is, since Gas Town reads none."""
        try:
            self._template(place, template)
        except ValueError:
            return template
        return self._text(place, template, context)

    def _text(self, place: str, template: str, context: Mapping[str, Any]) -> str:
        """What a template says, with a name in place of every value that has a brace in it."""
        found = self._pieces(place, template, context)
        return "".join(self._safe(one.text) if one.given else one.text for one in found)

    def _pieces(self, place: str, text: str, context: Mapping[str, Any]) -> tuple[Piece, ...]:
        template = self._template(place, text)
        for path in template.paths:
            if path[0] in self._given:
                self.others[path[0]] = Var()
        try:
            return template.pieces(context)
        except TemplateError as error:
            raise ValueError(f"{place}: {error}") from error

    def _template(self, place: str, text: str) -> Template:
        """The template of a text; what all legs are told is read once."""
        try:
            found = self._read.get(text) or Template.of(text)
        except TemplateError as error:
            raise ValueError(f"{place}: {error}") from error
        return self._read.setdefault(text, found)

    def _safe(self, text: str) -> str:
        if "{" not in text and "}" not in text:
            return text
        name = self._kept.setdefault(text, self._free())
        self.others[name] = Var(default=text)
        return f"{{{{{name}}}}}"

    def _free(self) -> str:
        taken = {*self._names, *self._kept.values()}
        return next(name for n in count(1) if (name := f"value_{n}") not in taken)


def _report(path: str) -> str:
    return f"Hand in your whole report; it is kept as {path}." if path else ""


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())
