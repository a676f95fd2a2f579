"""slow_lines: work that is done each frame, or again and again in a loop, and need not be.

None of it is certainly wrong: a loop of three is fast whatever it does. The reviewer judges.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gastown.rigs.guard.finding import Fault
from gastown.rigs.review.blocks import Line, blocks, language

FRAME = frozenset({"_process", "_physics_process", "_draw"})
_WORDS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over one line; `where` says around which lines it counts."""

    name: str
    languages: tuple[str, ...]
    where: Literal["frame", "loop"]
    pattern: re.Pattern[str]
    text: str


def _rule(
    name: str, languages: str, where: Literal["frame", "loop"], pattern: str, text: str
) -> Rule:
    return Rule(name, tuple(languages.split()), where, re.compile(pattern), text)


# fmt: off
RULES = (
    _rule("node-each-frame", ".gd", "frame",
          r"(?<![\w.])get_node(?:_or_null)?\(|\$[\w\"/%]|(?:^|[=(,:]\s?)%[A-Z]\w*",
          "looks a node up each frame: keep it in an `@onready var`"),
    _rule("search-each-frame", ".gd", "frame",
          r"\b(?:find_child|find_children|get_nodes_in_group|get_first_node_in_group)\(",
          "searches the tree each frame: search once, or when it changes"),
    _rule("load-each-frame", ".gd", "frame",
          r"(?<!\w)load\(|ResourceLoader\.load\(|FileAccess\.open\(",
          "reads a file each frame: `preload` it, or load it in `_ready`"),
    _rule("new-each-frame", ".gd", "frame", r"\.(?:new|instantiate)\(",
          "makes an object each frame: make it once and use it again"),
    _rule("print-each-frame", ".gd", "frame",
          r"(?<![\w.])(?:print|print_debug|printerr|push_warning)\(",
          "prints each frame"),
    _rule("load-in-loop", ".gd", "loop",
          r"(?<!\w)load\(|ResourceLoader\.load\(|FileAccess\.open\(",
          "reads a file in a loop: once before it, if it is the same"),
    _rule("text-in-loop", ".gd .py .js", "loop", r"^[\w.]+\s*\+=\s*(?:str\(|[fF]?[\"'`])",
          "makes a text longer in a loop, copying it each time: collect the parts and join them"),
    _rule("front-of-list", ".gd", "loop",
          r"\.(?:pop_front|push_front)\(|\.(?:remove_at|insert)\(\s*0\b",
          "moves a whole array in each round: work from its end, or with an index"),
    _rule("front-of-list", ".py", "loop", r"\.(?:pop|insert)\(\s*0\b",
          "moves a whole list in each round: use collections.deque, or an index"),
    _rule("front-of-list", ".js", "loop", r"\.(?:shift\(\)|unshift\()",
          "moves a whole array in each round: use an index"),
    _rule("front-of-list", ".rs", "loop", r"\.(?:remove|insert)\(\s*0\b",
          "moves a whole vector in each round: use a VecDeque, or an index"),
    _rule("regex-in-loop", ".py", "loop", r"\bre\.compile\(", "compiles a pattern in each round"),
    _rule("regex-in-loop", ".js", "loop", r"\bnew RegExp\(", "compiles a pattern in each round"),
    _rule("regex-in-loop", ".rs", "loop", r"\bRegex::new\(", "compiles a pattern in each round"),
    _rule("regex-in-loop", ".gd", "loop", r"\bRegEx\.(?:new|create_from_string)\(",
          "compiles a pattern in each round"),
    _rule("database-in-loop", ".py .js .rs", "loop",
          r"\.(?:execute|fetchone|fetchall|query|query_row|query_one)\(",
          "asks the database in each round: ask once for all"),
    _rule("network-in-loop", ".py .js", "loop",
          r"\b(?:requests|httpx)\.(?:get|post|put|delete|head)\(|\burlopen\(|\bawait fetch\(",
          "waits for the network in each round: ask for all at once, or at the same time"),
    _rule("file-in-loop", ".py .js .rs", "loop",
          r"(?<![\w.])open\(|\.read_text\(|\breadFileSync\(|\bFile::open\(|\bread_to_string\(",
          "reads a file in each round: once before it, if it is the same"),
    _rule("process-in-loop", ".py .js .gd", "loop",
          r"\bsubprocess\.\w+\(|\bexecSync\(|\bOS\.execute\(", "starts a program in each round"),
    _rule("copy-in-loop", ".py .js .gd", "loop",
          r"\bdeepcopy\(|JSON\.parse\(JSON\.stringify\(|\.duplicate\(true\)",
          "copies a whole structure in each round"),
)
# fmt: on


def slow_lines(path: str, source: str) -> Iterator[Fault]:
    """What the rules see in a source, by line; nothing in a language that they do not know."""
    spoken = language(path)
    if not spoken:
        return
    rules = [rule for rule in RULES if spoken in rule.languages]
    for line in blocks(source, spoken):
        for rule in rules:
            if _holds(rule, line) and rule.pattern.search(_code(rule, line.text)):
                yield Fault(path, line.number, rule.name, rule.text, certain=False)


def _holds(rule: Rule, line: Line) -> bool:
    return line.loops > 0 if rule.where == "loop" else line.function in FRAME


def _code(rule: Rule, text: str) -> str:
    """The line without what is said in quotes, but where the rule looks at quotes itself."""
    if rule.name in {"text-in-loop", "node-each-frame"}:
        return text
    return _WORDS.sub('""', text)
