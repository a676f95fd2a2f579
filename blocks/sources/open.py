"""open_source: a source as town.toml has it, ready to be read."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from blocks.sources.discord import Discord
from blocks.sources.door import Door
from blocks.sources.feed import FeedPages
from blocks.sources.github_discussions import GithubDiscussions
from blocks.sources.github_issues import GithubIssues
from blocks.sources.polite import Page, Polite
from blocks.sources.reddit import Reddit
from gastown.beads.ledger import utc_now
from gastown.errors import ConfigError
from gastown.feedback.source import Source
from gastown.town.tables.sources import SourceTable

GITHUB, DISCORD = "https://api.github.com/", "https://discord.com/api/v10/"
DISCORD_AGENT = "DiscordBot (hybrid-gas-town, 0.1)"
"""Discord wants to be told in this form who asks."""
REDDIT, REDDIT_LOGIN = "https://oauth.reddit.com/", "https://www.reddit.com/"


@dataclass(frozen=True, slots=True)
class Opening:
    """What sources are opened with; tokens come from `environ`."""

    environ: Mapping[str, str]
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep

    def open(self, name: str, table: SourceTable) -> Source:
        """The source. Raises ConfigError when the variable of its token is not set."""
        return Polite(self._page(name, table, self._token(name, table)))

    def _page(self, name: str, table: SourceTable, token: str) -> Page:
        match table.kind:
            case "github-issues":
                return GithubIssues(name, self._github(table, token), table.repo)
            case "github-discussions":
                return GithubDiscussions(name, self._github(table, token), table.repo)
            case "discord":
                headers = {"Authorization": f"Bot {token}", "User-Agent": DISCORD_AGENT}
                door = self._door(_folder(table.api) or DISCORD, headers)
                return Discord(name, door, table.channel, table.guild or "@me")
            case "reddit":
                api = _folder(table.api)
                door, login = self._door(api or REDDIT), self._door(api or REDDIT_LOGIN)
                return Reddit(name, door, login, table.subreddit, token)
            case "feed":
                return FeedPages(name, self._door(table.url), table.url)

    def _github(self, table: SourceTable, token: str) -> Door:
        return github_door(table.api, token, self.clock, self.sleep)

    def _door(self, base: str, headers: Mapping[str, str] | None = None) -> Door:
        return Door(base, headers or {}, self.clock, self.sleep)

    def _token(self, name: str, table: SourceTable) -> str:
        if not table.token:
            return ""
        token = self.environ.get(table.token, "").strip()
        if not token or not token.isascii() or not token.isprintable():
            raise ConfigError(
                f"town.toml: sources.{name}.token: the environment variable {table.token} is not "
                f"set, or holds no token; set it before town up, for the worker has it from there"
            )
        return token


def github_door(
    api: str,
    token: str,
    clock: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
) -> Door:
    """GitHub's REST API, at its own address or another; the token goes there and nowhere else."""
    headers = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    return Door(_folder(api) or GITHUB, headers, clock, sleep)


def _folder(api: str) -> str:
    """An address that others are below."""
    return f"{api.rstrip('/')}/" if api else ""
