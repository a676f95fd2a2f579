"""Table: what every table of town.toml is; unknown keys are mistakes."""

from pydantic import BaseModel, ConfigDict

PREFIX = r"^[a-z][a-z0-9]{0,7}$"
NAME = r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"


class Table(BaseModel):
    """A part of the file: compared by content, never changed after it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
