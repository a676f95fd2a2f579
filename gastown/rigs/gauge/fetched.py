"""Repositories and archives from elsewhere, fetched once and kept in a cache."""

import hashlib
import re
from pathlib import Path

from gastown.errors import ConfigError, GitError
from gastown.rigs.command import NETWORK_S, git
from gastown.rigs.gauge.around import Around
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock

_SSH = re.compile(r"[\w.-]+@[\w.-]+:(?!//)")  # as git also writes it: user@host:path
_REFSPEC = re.compile(r"[\w][\w./-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_RELEASE = re.compile(r"v?\d+\.[\w.-]+")
_FETCH = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head")


def repository(around: Around, url: str, checkout: str) -> tuple[Path, str, str]:
    """A repository that holds a branch, tag or commit of a remote one.

    A tag that is written like a release, or a commit, is asked for once, anything else each time;
    where that fails, what is there from before will do.

    Returns:
        The bare repository, the ref in it, and what is to be said of it.

    Raises:
        ConfigError: The address or the checkout is of no kind that is fetched here.
        GitError: It cannot be had.
    """
    cache = _cache(around)
    protocol = "ssh" if _SSH.match(url) else url.partition("://")[0] if "://" in url else "none"
    if protocol not in around.protocols:
        raise ConfigError(f"url {url!r}: git fetches by {', '.join(around.protocols)} only")
    if not _REFSPEC.fullmatch(checkout):
        raise ConfigError(f"checkout {checkout!r} is no branch, tag or commit")
    bare, ref = cache / f"{_digest(url)}.git", f"refs/gauge/{_digest(checkout)}"
    with file_lock(bare.with_suffix(".lock")):
        if not bare.exists():
            git(cache, "init", "--quiet", "--bare", "--template=", str(bare))
        return bare, ref, _fetch(bare, url, checkout, ref)


def archive(around: Around, url: str) -> Path:
    """An archive, downloaded once. Raises ConfigError or OSError where it cannot be had."""
    cache = _cache(around)
    if not url.startswith("https://") or around.download is None:
        raise ConfigError(f"url {url!r}: archives are downloaded by https only")
    file = cache / f"{_digest(url)}.zip"
    with file_lock(file.with_suffix(".lock")):
        if not file.exists():
            draft = file.with_suffix(".part")
            around.download(url, draft)
            draft.replace(file)
    return file


def _fetch(bare: Path, url: str, checkout: str, ref: str) -> str:
    stands = Repo(bare).find(ref) is not None
    if stands and (_COMMIT.fullmatch(checkout) or _RELEASE.fullmatch(checkout)):
        return "kept from before"
    try:
        git(bare, *_FETCH, "--", url, f"+{checkout}:{ref}", timeout_s=NETWORK_S)
    except GitError:
        if not stands:
            raise
        return "kept from before, as it could not be asked for anew"
    return "fetched"


def _cache(around: Around) -> Path:
    if around.cache is None:
        raise ConfigError("nothing is fetched from elsewhere here")
    around.cache.mkdir(parents=True, exist_ok=True)
    return around.cache


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
