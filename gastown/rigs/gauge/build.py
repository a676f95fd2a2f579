"""Build: what came of one preset of a Godot project."""

from typing import Literal

from pydantic import Field

from gastown.stage import Frozen

BuildStatus = Literal["built", "failed", "skipped"]


class Build(Frozen):
    """One preset, exported and started once. Paths are from the folder of all builds."""

    name: str
    preset: str
    platform: str = ""
    status: BuildStatus
    problems: tuple[str, ...] = Field(default=(), description="Why it failed or was skipped.")
    product: str = Field(default="", description="The file that starts it.")
    size: int = Field(default=0, description="Bytes of all that was built.")
    booted: str = Field(default="", description="How its first start went, or why there was none.")
    log: str = Field(default="", description="What the export printed.")
    seconds: float = 0.0

    @property
    def line(self) -> str:
        """One line for the board: `Linux Proof: built, 81.2 MB, ran 10 s`."""
        said = [self.status]
        if self.status == "built":
            said += [f"{self.size / 1e6:,.1f} MB", *filter(None, [self.booted])]
        return f"{self.preset}: {', '.join([*said, *self.problems[:1]])}"
