"""AppriseNotification: a person reached at any address that apprise knows, e.g. by plain e-mail.

Prefect's own blocks know some services each; its e-mail is Sendgrid's only. An address such as
`mailtos://user:password@smtp.example.com?to=ann@example.com` says all there is to say.
"""

from typing import ClassVar

from prefect.blocks.notifications import AbstractAppriseNotificationBlock
from pydantic import Field, SecretStr

from gastown.errors import ConfigError

SLUG = "apprise-notification"


class AppriseNotification(AbstractAppriseNotificationBlock):
    """Sends to one address of apprise; it is kept encrypted, for most hold a password."""

    _block_type_name: ClassVar[str | None] = "Apprise Notification"
    _block_type_slug: ClassVar[str | None] = SLUG
    _description: ClassVar[str | None] = "Reaches a person at any address that apprise knows."

    url: SecretStr = Field(
        title="Apprise URL",
        description="E.g. mailtos://user:password@smtp.example.com?to=ann@example.com",
    )

    def block_initialization(self) -> None:
        """Read the address. Raises ConfigError for one that apprise cannot read."""
        super().block_initialization()
        if not len(self._apprise_client):
            scheme, marked, _ = self.url.get_secret_value().partition("://")
            said = f"{scheme}://…" if marked and scheme.isalnum() else "what was given"
            raise ConfigError(
                f"apprise reads no address in {said}; e.g. "
                "mailtos://user:password@smtp.example.com?to=ann@example.com"
            )
