"""registered: what was last written to the server, and whether the server still has it.

To write all deployments anew costs seconds, most of them for the import of every flow. So `town up`
keeps beside the worker's record what it wrote them from, and how the server showed them afterwards.
Without Prefect: who finds all well pays for none of it.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from blocks.limits import login
from deployments.definitions import Definitions
from gastown.beads.files import write_whole
from gastown.errors import LedgerError
from gastown.stage import Frozen
from gastown.town.engine import block_name
from gastown.town.town import Town

CRASH_RULE = "gastown: a crashed convoy is tried again"
_CHECKOUT = Path(__file__).resolve().parent.parent
_CODE = ("blocks", "deployments", "flows", "gastown", "tasks")
_RECORD = "registered.json"
_PATIENCE_S = 20.0
_PAGE = 200  # what the API gives at once
_OTHERS = frozenset(
    {
        "created",
        "updated",
        "last_polled",
        "status",
        "paused",
        "schedules",
        "global_concurrency_limit",
    }
)
"""What of a deployment is a person's, or changes by itself; of its limit the number is ours."""


class Registered(Frozen):
    """What was written: `made_of` and `shown` are digests, the rest is by name."""

    made_of: str
    shown: str
    ids: tuple[str, ...]
    names: tuple[str, ...]


def made_of(town: Town, wanted: Definitions) -> str:
    """What the deployments follow from: prefect.yaml, town.toml, formulas, the code and Prefect.

    Of code it is name, size and time of change: a digest of them all costs as long as a look at
    the server.
    """
    parts = (
        wanted.model_dump_json().encode(),
        str(town.root).encode(),
        version("prefect").encode(),
        town.layout.config.read_bytes(),
        "\n".join(_stamps(sorted(_sources(town)))).encode(),
    )
    return _digest(parts)


def still_there(town: Town, url: str, made: str) -> tuple[str, ...]:
    """Names of the deployments, if the server has all as it was written; else none."""
    record = _read(town)
    if record is None or record.made_of != made:
        return ()
    with suppress(httpx.HTTPError, ValueError, KeyError):
        if _shown(town, url, record.ids) == record.shown:
            return record.names
    return ()


def keep(town: Town, url: str, made: str, deployed: Mapping[str, str]) -> None:
    """Note what was written; where that cannot be, it is written again at the next time.

    Args:
        town: Whose.
        url: The server's API.
        made: `made_of` before it was written.
        deployed: Each deployment's id, by `flow/name`.
    """
    ids, names = tuple(deployed.values()), tuple(deployed)
    with suppress(httpx.HTTPError, ValueError, KeyError, LedgerError):  # a full disk is the last
        shown = _shown(town, url, ids)
        record = Registered(made_of=made, shown=shown, ids=ids, names=names)
        write_whole(_file(town), record.model_dump_json())


def is_likely(town: Town, made: str) -> bool:
    """Whether nothing will have to be written, as far as can be said without the server."""
    record = _read(town)
    return record is not None and record.made_of == made


def _shown(town: Town, url: str, ids: Sequence[str]) -> str:
    """How the server shows it now. A server with another database shows other ids, if any."""
    block = f"/block_types/slug/town/block_documents/name/{block_name(town.config.town.name)}"
    rule = {"automations": {"name": {"any_": [CRASH_RULE]}}}
    with httpx.Client(
        base_url=url, timeout=_PATIENCE_S, trust_env=False, headers=login(os.environ)
    ) as http:
        wanted = {"deployments": {"id": {"any_": list(ids)}}, "limit": _PAGE}
        found = http.post("/deployments/filter", json=wanted).raise_for_status().json()
        rules = http.post("/automations/filter", json=rule).raise_for_status().json()
        root = http.get(block).raise_for_status().json()["data"]
    rows = sorted((_written(one) for one in found), key=lambda one: str(one["id"]))
    return _digest([json.dumps([rows, bool(rules), root], sort_keys=True).encode()])


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    limit: Mapping[str, Any] = row["global_concurrency_limit"] or {}
    ours = {key: value for key, value in row.items() if key not in _OTHERS}
    return {**ours, "limit": limit.get("limit")}


def _sources(town: Town) -> Iterator[Path]:
    shelf = town.shelf()
    for folder in (*shelf.folders, *shelf.overlays, _CHECKOUT / "formulas"):
        yield from folder.rglob("*.toml")
    for name in _CODE:
        yield from (_CHECKOUT / name).rglob("*.py")


def _stamps(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with suppress(OSError):
            found = path.stat()
            yield f"{path} {found.st_size} {found.st_mtime_ns}"


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _read(town: Town) -> Registered | None:
    with suppress(OSError, ValueError):
        return Registered.model_validate_json(_file(town).read_bytes())
    return None


def _file(town: Town) -> Path:
    return town.layout.state / _RECORD
