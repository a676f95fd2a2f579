"""Trial: one attempt of one model at one task, as it is kept and counted."""

from gastown.stage import Frozen, Where


class Trial(Frozen):
    """What happened. Money is in micro-dollars, `tokens_per_s` is output while it answered.

    `bad_answers` could not be used: no tool of that name, JSON that is none, an answer cut off.
    `told` is what the role's own check last said when it gave up.
    """

    role: str
    model: str
    task: str
    difficulty: str
    language: str
    number: int
    passed: bool
    why: str
    status: str
    requests: int = 0
    turns: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    seconds: float = 0.0
    tokens_per_s: float = 0.0
    bad_answers: int = 0
    downgrades: int = 0
    vram_mib: int = 0
    ram_mib: int = 0
    where: Where = "local"
    at: str = ""
    session: str = ""

    @property
    def line(self) -> str:
        """For who watches."""
        mark = "passed" if self.passed else f"failed: {self.why}"
        return f"{self.model} · {self.task} {self.number} · {self.seconds:.1f} s · {mark}"
