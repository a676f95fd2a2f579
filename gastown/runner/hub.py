"""hub: what `town model pull` is asked for: an address, and the file that it becomes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from gastown.errors import ConfigError

HUB: Final = "https://huggingface.co"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.gguf")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch; `sha256` is empty where only the hub can tell it."""

    url: str
    name: str
    sha256: str = ""

    def part(self, folder: Path) -> Path:
        """Where it grows until it is whole and checked."""
        return folder / f"{self.name}.part"


def wanted(source: str, sha256: str = "", hub: str = HUB) -> Wanted:
    """What is meant: `OWNER/REPO/FILE.gguf` of a hub, or the file's own address.

    Raises ConfigError for anything else, and for a checksum that is none.
    """
    if sha256 and not _SHA256.fullmatch(sha256.lower()):
        raise ConfigError(f"--sha256 {sha256}: say 64 hexadecimal digits")
    url = source if "://" in source else _in_hub(source, hub)
    place = urlsplit(url)
    name = unquote(place.path.rsplit("/", 1)[-1])
    local = place.hostname in {"127.0.0.1", "localhost", "::1"}
    if place.scheme != "https" and not (place.scheme == "http" and local):
        raise ConfigError(f"{source}: fetched over https only; what comes otherwise may be changed")
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{source}: its last part is {name!r}; name a .gguf file")
    return Wanted(url, name, sha256.lower())


def _in_hub(source: str, hub: str) -> str:
    owner, _, rest = source.partition("/")
    repo, _, path = rest.partition("/")
    if not (owner and repo and path):
        raise ConfigError(f"{source}: say OWNER/REPO/FILE.gguf, or an https address")
    return f"{hub.rstrip('/')}/{quote(owner)}/{quote(repo)}/resolve/main/{quote(path)}"


def told_sha256(etag: str) -> str:
    """The checksum in a hub's ETag of a large file; empty where it is another kind of tag."""
    bare = etag.removeprefix("W/").strip('"').lower()
    return bare if _SHA256.fullmatch(bare) else ""
