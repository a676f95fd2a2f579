"""Pace: how fast a rehearsed model speaks, so that a demo takes as long as a real one would."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Tokens per second after a time to the first token (seconds). 0 tokens/s is no waiting.

    The default is a 7B model on a mid-range graphics card.
    """

    tokens_per_s: float = 100.0
    first_token_s: float = 0.25

    def due(self, tokens: float) -> float:
        """Seconds after the request at which the first `tokens` tokens have been said."""
        if self.tokens_per_s <= 0:
            return 0.0
        return self.first_token_s + tokens / self.tokens_per_s


UNPACED = Pace(tokens_per_s=0.0, first_token_s=0.0)
