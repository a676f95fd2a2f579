"""redact: a text without its secrets, each named by a hash and its last four characters."""

import hashlib
import re
from collections.abc import Iterable

SHORTEST_SHOWN = 12  # four characters of a shorter secret would give away too much of it
LONG = 8  # a shorter one is struck as a word only: `pass` is a secret to scanners, `password` none
SHORTEST = 4  # anything shorter would blot out ordinary words all over a text


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` in which no long secret occurs any more, and no short one as a word of its own.

    Those under four characters are left. The same secret gets the same mark everywhere, so that
    findings can be compared.
    """
    known = set(secrets)
    return _without_long(_without_short(text, known), known)


def lasting(secrets: Iterable[str]) -> tuple[str, ...]:
    """The long ones: what may be struck out of pages and names without spoiling their own words."""
    return tuple(secret for secret in secrets if len(secret) >= LONG)


def mark(secret: str) -> str:
    """What stands in a secret's place: `[secret 1f3a9c02 …WXYZ]`."""
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    last = f" …{secret[-4:]}" if len(secret) >= SHORTEST_SHOWN else ""
    return f"[secret {digest}{last}]"


def _without_long(text: str, known: Iterable[str]) -> str:
    wanted = sorted(lasting(known), key=lambda s: (-len(s), s))
    for secret in wanted:
        text = text.replace(secret, mark(secret))
    while any(secret in text for secret in wanted):  # a mark, or what it joined, made another
        for secret in wanted:
            text = text.replace(secret, "")
    return text


def _without_short(text: str, known: Iterable[str]) -> str:
    short = sorted((s for s in known if SHORTEST <= len(s) < LONG), key=lambda s: (-len(s), s))
    if not short:
        return text
    words = "|".join(map(_word, short))
    return re.sub(words, lambda found: mark(found[0]), text)


def _word(secret: str) -> str:
    before = r"(?<!\w)" if re.match(r"\w", secret) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", secret) else ""
    return f"{before}{re.escape(secret)}{after}"
