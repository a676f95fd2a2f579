"""mask: a text without what names or reaches the people who wrote it, and without their keys.

What is masked is named, so that a reader knows that something stood there. Names of annotations
(`@export`, `@onready`) are code, not people; the list is short, and an unknown one is masked.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from gastown.feedback.people import NOBODY, People

_CODE = frozenset(
    {
        *("abstract", "export", "icon", "onready", "rpc", "static_unload", "tool"),
        *("warning_ignore", "warning_ignore_start", "warning_ignore_restore"),
        *("abstractmethod", "classmethod", "dataclass", "override", "property", "staticmethod"),
        *("deprecated", "import", "media", "param", "return", "returns", "type", "types"),
    }
)

_RULES: tuple[tuple[str, str], ...] = (
    # keys first: what is left of them would look like something else
    (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        "[key]",
    ),
    (
        (
            r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}"
            r"|AKIA[A-Z0-9]{12,}|xox[abposr]-[\w-]{10,}|AIza[\w-]{30,}"
            r"|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
        ),
        "[key]",
    ),
    (r"(?<=://)[^\s/@\[\]]{1,200}@", ""),
    (r"[\w.+%-]{1,100}(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]{1,60}(?:\.[\w-]{0,60})+", "[mail]"),
    (r"(?<=[/\\]home[/\\])[^\s/\\:\"'\[\]]{1,64}", "[user]"),
    (r"(?i:(?<=[/\\]users[/\\]))[^\s/\\:\"'\[\]]{1,64}", "[user]"),
    (r"<@!?\d{5,25}>", "[handle]"),
    (r"(?<![\w/])/?u/[\w-]{3,25}", "[handle]"),
    (
        (
            r"(?i:\b(?:x|twitter|instagram|facebook|t|mastodon|reddit|github)\.(?:com|me|social)/"
            r"(?:u/|user/|@)?)[\w.-]{2,40}(?![\w./-])"
        ),
        "[profile]",
    ),
    (r"\b(?:\d{1,3}\.){3}\d{1,3}\b", "[ip]"),
    (r"(?<![\w.])(?:\+\d[\d ()/-]{7,20}\d)+\b", "[phone]"),  # also one after another
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), mark) for pattern, mark in _RULES)
_ROUNDS = 10
_ODD = re.compile(r"\S*[@/\\+.:()\d]\S*")
_HANDLE = re.compile(r"(?<![\w@/.\]])@([A-Za-z0-9_][\w.-]{0,38}\w|\w)(#\d{4}|(?:@[\w.-]{1,60})+)?")


def mask(text: str, people: People = NOBODY) -> str:
    """The text with mails, handles, profiles, numbers, homes' names and keys struck out.

    Args:
        text: What somebody wrote.
        people: Who is known by name, and struck out as well.
    """

    def change(said: str) -> str:
        return people.strike(_once(said))

    calm, left = _settled(change, text)
    return left if calm else _settled(change, _ODD.sub("[struck out]", left))[1]


def author_hash(salt: bytes, kind: str, author: str) -> str:
    """A name for somebody that tells who is the same, and to nobody without the salt who it is."""
    if not author:
        return ""
    said = f"{kind}\0{author.casefold()}".encode()
    return hmac.new(salt, said, hashlib.sha256).hexdigest()[:12]


def _once(text: str) -> str:
    for pattern, mark in _PATTERNS:
        text = pattern.sub(mark, text)
    return _HANDLE.sub(_unless_code, text)


def _unless_code(found: re.Match[str]) -> str:
    name = found[1].casefold()
    code = name in _CODE or name.startswith(("export_", "pytest.", "types/"))
    return found[0] if code and not found[2] else "[handle]"


def _settled(change: Callable[[str], str], text: str) -> tuple[bool, str]:
    """Changed until nothing changes: a mark may bring together what it stood between.

    False for a text that does not come to rest soon, which nobody wrote in earnest.
    """
    for _ in range(_ROUNDS):
        changed = change(text)
        if changed == text:
            return True, text
        text = changed
    return False, text
