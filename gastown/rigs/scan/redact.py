"""redact: a text without its secrets, each named by a hash and its last four characters."""

import hashlib
from collections.abc import Iterable

SHORTEST_SHOWN = 12  # four characters of a shorter secret would give away too much of it
SHORTEST = 4  # anything shorter would blot out ordinary words all over a text


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` in which none of `secrets` occurs any more; those under four characters are left.

    The same secret gets the same mark everywhere, so that findings can be compared.
    """
    wanted = sorted({s for s in secrets if len(s) >= SHORTEST}, key=lambda s: (-len(s), s))
    for secret in wanted:
        text = text.replace(secret, mark(secret))
    while any(secret in text for secret in wanted):  # a mark, or what it joined, made another
        for secret in wanted:
            text = text.replace(secret, "")
    return text


def mark(secret: str) -> str:
    """What stands in a secret's place: `[secret 1f3a9c02 …WXYZ]`."""
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    last = f" …{secret[-4:]}" if len(secret) >= SHORTEST_SHOWN else ""
    return f"[secret {digest}{last}]"
