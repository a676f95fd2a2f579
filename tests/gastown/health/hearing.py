"""A listener for tests: keeps every sign it hears."""

from gastown.signs import State


class Hearing:
    """Each sign as it came: a state that began, a piece, a turn, a command."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []
        self.limits: list[float | None] = []

    def enter(self, state: State, what: str, seconds: float | None) -> object:
        self.heard.append((state, what))
        self.limits.append(seconds)
        return None

    def leave(self, before: object) -> None:
        self.heard.append(("left", before))

    def streamed(self) -> None:
        self.heard.append(("piece", None))

    def answered(self, tokens: int) -> None:
        self.heard.append(("turn", tokens))

    def running(self, pid: int) -> None:
        self.heard.append(("command", pid))

    def named(self, *kinds: str) -> list[tuple[str, object]]:
        """What was heard of these kinds."""
        return [sign for sign in self.heard if sign[0] in kinds]
