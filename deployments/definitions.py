"""prefect.yaml, read into values: the part of its format that the town uses, nothing skipped."""

from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gastown.errors import ConfigError

DEFAULT = Path(__file__).resolve().parent.parent / "prefect.yaml"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PoolRef(_Table):
    """Which work pool runs it, and with which job variables."""

    name: str
    job_variables: dict[str, Any] = Field(default_factory=dict)


class Concurrency(_Table):
    """How many runs of the deployment at once; the rest queue up or are refused."""

    limit: int = Field(ge=1)
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"] = "ENQUEUE"


class Schedule(_Table):
    """When it runs by itself; `slug` names it for good. See `gastown.town.schedules`."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    cron: str = Field(pattern=r"^\S+( \S+){4}$")
    timezone: str = "UTC"
    active: bool = False

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone {name!r}; e.g. Europe/Berlin, UTC") from None


class Deployment(_Table):
    """One deployment. `entrypoint` is a module path: a file path would load the file twice."""

    name: str
    entrypoint: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)
    work_pool: PoolRef
    concurrency_limit: Concurrency | None = None
    schedules: tuple[Schedule, ...] = ()


class Definitions(_Table):
    """The whole file. `pull` must be there and empty (see the file)."""

    name: str = ""
    definitions: dict[str, Any] = Field(default_factory=dict, description="YAML anchors.")
    pull: tuple[()]
    deployments: tuple[Deployment, ...]


def load_definitions(path: Path = DEFAULT) -> Definitions:
    """Read prefect.yaml. Raises ConfigError with one line per mistake: file, key, reason."""
    try:
        return Definitions.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {error}") from None
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None
