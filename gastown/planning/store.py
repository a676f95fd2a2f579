"""Plans: every version of every plan, as Markdown and JSON in the Mayor's private repository."""

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gastown.errors import ConfigError, NotFoundError
from gastown.planning.document import PREFIX, PlanDocument
from gastown.planning.text import markdown
from gastown.rigs.clone import commit_report

_ID = re.compile(rf"{PREFIX}[0-9a-z]{{3,12}}")
_NOW = "plan.json"


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of a town; `folder` is the repository, which is made when the first is kept."""

    folder: Path

    def keep(self, plan: PlanDocument, author: str) -> Path:
        """Commit a version; returns its Markdown. The version before stays beside it.

        Raises ConfigError when the version is there already with another content.
        """
        place, data = plan.place, plan.model_dump_json(indent=1) + "\n"
        own = self.folder / place / f"v{plan.version}.json"
        if own.is_file() and own.read_text(encoding="utf-8") != data:
            raise ConfigError(f"{own}: version {plan.version} is there already; revise it anew")
        text = markdown(plan)
        files = {
            f"{place}/v{plan.version}.json": data,
            f"{place}/v{plan.version}.md": text,
            f"{place}/{_NOW}": data,
            f"{place}/plan.md": text,
        }
        commit_report(self.folder, files, f"{plan.id} v{plan.version}: {plan.title}", author)
        return self.folder / place / "plan.md"

    def show(self, plan: str, version: int = 0) -> PlanDocument:
        """A plan, the newest version if none is asked for.

        Raises:
            NotFoundError: No such plan or version; names those there are.
            ConfigError: Its file is damaged.
        """
        file = self.folder / "plans" / plan / (f"v{version}.json" if version else _NOW)
        if _ID.fullmatch(plan) and file.is_file():
            return _read(file)
        if version and _ID.fullmatch(plan) and (file.parent / _NOW).is_file():
            newest = _read(file.parent / _NOW).version
            raise NotFoundError(f"{plan} has no version {version}; its versions: 1 to {newest}")
        known = ", ".join(self._ids()[-10:]) or 'none yet: town plan "IDEA" --rig NAME'
        raise NotFoundError(f"no plan {plan!r}; plans: {known}")

    def newest(self) -> list[PlanDocument]:
        """The newest version of each, oldest plan first."""
        found = [_read(self.folder / "plans" / plan / _NOW) for plan in self._ids()]
        return sorted(found, key=lambda plan: (plan.created_at, plan.id))

    def has(self, plan: str) -> bool:
        """Whether an id is taken."""
        return (self.folder / "plans" / plan).exists()

    def _ids(self) -> list[str]:
        return sorted(file.parent.name for file in self.folder.glob(f"plans/{PREFIX}*/{_NOW}"))


def _read(file: Path) -> PlanDocument:
    try:
        return PlanDocument.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(
            f"{file}: {where}: {first['msg']}; take it back from git: git -C {file.parent} log"
        ) from None
