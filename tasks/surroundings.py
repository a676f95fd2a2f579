"""around_of: what a town has around a rig whose tests run: other rigs, and a cache of addons."""

from pathlib import Path

import httpx

from gastown.rigs.gauge.around import Around
from gastown.town.town import Town

MAX_BYTES = 512 << 20  # of one archive
PATIENCE_S = 60.0


def around_of(town: Town, checkout: Path | None = None) -> Around:
    """The town's rigs; for a checkout that is none of them, what lies beside it goes first."""
    return Around(
        town=town.root,
        folders=(checkout.parent,) if checkout is not None else (),
        cache=town.layout.state / "addons",
        download=download,
    )


def download(url: str, file: Path) -> None:
    """Fetch an archive. Raises OSError where it cannot be had, or is larger than it may be."""
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=PATIENCE_S) as answer:
            answer.raise_for_status()
            with file.open("wb") as target:
                for part in answer.iter_bytes():
                    target.write(part)
                    if target.tell() > MAX_BYTES:
                        raise OSError(f"{url} is larger than {MAX_BYTES >> 20} MiB")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(f"{url}: {error}") from None
