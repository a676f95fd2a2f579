"""hub: fetch a model's file: with progress, going on where it stopped, checked before it counts."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import httpx

from gastown.errors import ModelFileError, RunnerError
from gastown.machine.gguf import read_header
from gastown.runner.hub import Wanted, told_sha256

_TRIES = 5
_TIMEOUT = httpx.Timeout(30.0)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

Progress = Callable[[int, int], None]
"""Hears of bytes that are here, and of all; 0 where nobody knows how many."""


def pull(wanted: Wanted, folder: Path, progress: Progress, *, token: str = "") -> Path:
    """The file, fetched and checked; what is there already is only checked.

    Broken connections are taken up again where they broke, five times in a row without progress at
    most; and so does the next call. The file appears under its name whole, or not at all.

    Args:
        wanted: What.
        folder: Where it goes.
        progress: Hears of every piece.
        token: For a hub that wants one; sent to nobody but the host that is asked first.

    Raises:
        RunnerError: It cannot be had; what came so far is kept for the next try.
        ModelFileError: It came, and is not what it should be; it was removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = folder / wanted.name
    if there.exists():
        _check(there, wanted.sha256 or _kept(there).get("sha256", ""))
        return there
    told = _fetch(wanted, wanted.part(folder), progress, token)
    found = _check(wanted.part(folder), wanted.sha256 or told)
    _settle(wanted, folder, found)
    return there


def _fetch(wanted: Wanted, part: Path, progress: Progress, token: str) -> str:
    """Fill the part to its end; returns the checksum that the server told, if it did."""
    tries = 0
    while True:
        before = _size(part)
        try:
            return _once(wanted, part, progress, token)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            tries = 1 if _size(part) > before else tries + 1
            if tries >= _TRIES or isinstance(error, httpx.InvalidURL):
                why = str(error) or type(error).__name__
                text = f"{wanted.url}: {why}; {_size(part):,} bytes are kept, pull again to go on"
                raise RunnerError(text) from None


def _once(wanted: Wanted, part: Path, progress: Progress, token: str) -> str:
    state = part.with_name(f"{part.name}.json")
    known = _read(state)
    have = _size(part) if known.get("url") == wanted.url and known.get("tag") else 0
    headers = {"Accept-Encoding": "identity"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": known["tag"]}
    with (
        httpx.Client(timeout=_TIMEOUT, follow_redirects=True, headers=headers) as client,
        client.stream("GET", wanted.url) as answer,
    ):
        if have and answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise httpx.RemoteProtocolError("the file changed meanwhile; begun anew")
        if not answer.is_success:
            code = answer.status_code
            raise RunnerError(f"{wanted.url}: HTTP {code} {answer.reason_phrase}; nothing fetched")
        start, whole = _place(answer, have)
        tag = answer.headers.get("etag", "")
        state.write_text(json.dumps({"url": wanted.url, "tag": _strong(tag)}), encoding="utf-8")
        _write(answer, part, start, whole, progress)
    return next((told for told in map(told_sha256, _tags(answer)) if told), "")


def _place(answer: httpx.Response, have: int) -> tuple[int, int]:
    """Where what comes now begins, and how much there is in all."""
    if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
        said = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        if said is None or int(said[1]) != have:
            raise httpx.RemoteProtocolError("it answers another range than it was asked for")
        return have, 0 if said[2] == "*" else int(said[2])
    length = answer.headers.get("content-length", "")
    return 0, int(length) if length.isdecimal() else 0


def _write(answer: httpx.Response, part: Path, start: int, whole: int, progress: Progress) -> None:
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        have = start
        progress(have, whole)
        for chunk in answer.iter_raw():
            file.write(chunk)
            have += len(chunk)
            progress(have, whole)
    if whole and have != whole:
        raise httpx.RemoteProtocolError(f"{have:,} bytes of {whole:,} came")


def _check(path: Path, sha256: str) -> str:
    """Its checksum, if it is right and the file a model; else it is removed."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if sha256 and found != sha256:
        _drop(path)
        raise ModelFileError(f"{path}: sha256 is {found}, not {sha256}; it was removed, pull again")
    try:
        read_header(path)
    except ModelFileError:
        _drop(path)
        raise
    return found


def _settle(wanted: Wanted, folder: Path, sha256: str) -> None:
    """Give it its name in one step, with a note of where it is from."""
    part, there = wanted.part(folder), folder / wanted.name
    with part.open("rb") as file:
        os.fsync(file.fileno())
    note = {"url": wanted.url, "sha256": sha256, "bytes": part.stat().st_size}
    _note(there).write_text(json.dumps(note, indent=1), encoding="utf-8")
    part.replace(there)
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)


def _drop(path: Path) -> None:
    for other in (path, path.with_name(f"{path.name}.json"), _note(path)):
        other.unlink(missing_ok=True)


def _kept(path: Path) -> Mapping[str, str]:
    return _read(_note(path))


def _read(path: Path) -> Mapping[str, str]:
    """A note of ours; a torn one says nothing."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return cast("Mapping[str, str]", found) if isinstance(found, dict) else {}


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.from.json")


def _tags(answer: httpx.Response) -> list[str]:
    """A hub tells the checksum where it redirects to its store, which has tags of its own."""
    every = [*answer.history, answer]
    names = ("x-linked-etag", "etag")
    return [one.headers[name] for one in every for name in names if name in one.headers]


def _strong(tag: str) -> str:
    """A tag that is the same only for the same bytes; a weak one resumes nothing."""
    return "" if tag.startswith("W/") else tag


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
