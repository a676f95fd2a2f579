"""Notification blocks really reach somebody, as text, and say so when they do not."""

from collections.abc import Generator
from email.message import EmailMessage
from typing import Any, cast

import pytest
from pydantic import SecretStr

from gastown.errors import ConfigError, GasTownError, NotFoundError
from tests.engine.post_office import Office, mail_server, save_webhook, vendors, webhook

pytestmark = pytest.mark.engine
HOSTS = ("hooks.slack.com", "discord.com", "api.sendgrid.com", "prod.logic.azure.com")
BODY = "It <b>failed</b> & <!channel> @everyone\n\n  town escalation resolve hq-esc-1\n"
TEAMS = (
    "https://prod.logic.azure.com:443/workflows/0123456789abcdef/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=sEcReT-signature"
)


@pytest.fixture
def outside(tmp_path, monkeypatch) -> Generator[Office]:
    """The vendors, as this process reaches them."""
    with vendors(tmp_path, *HOSTS) as (office, environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield office


def save(name: str, block: Any) -> str:
    block.save(name, overwrite=True)
    return f"{block.get_block_type_slug()}/{name}"


def slack(name: str) -> str:
    from prefect.blocks.notifications import SlackWebhook

    url = "https://hooks.slack.com/services/T00000000/B00000000/sEcReTtOkEn"
    return save(name, SlackWebhook(url=SecretStr(url)))


def send(name: str) -> None:
    from blocks.notify import notify

    notify(name, "oak: CRITICAL", BODY)


def test_slack_hears_it_as_text_that_calls_nobody(outside):
    send(slack("team"))

    (path,) = outside.paths
    (got,) = outside.got
    assert path == "hooks.slack.com/services/T00000000/B00000000/sEcReTtOkEn"
    said = str(got)
    assert "oak: CRITICAL" in said
    assert "It [b]failed[/b] &amp; [!channel] @\\u200beveryone" in said
    assert "town escalation resolve hq-esc-1" in said


def test_discord_teams_and_sendgrid_hear_it(outside):
    from prefect.blocks.notifications import (
        DiscordWebhook,
        MicrosoftTeamsWebhook,
        SendgridEmail,
    )

    discord = DiscordWebhook(
        webhook_id=SecretStr("111122223333"), webhook_token=SecretStr("sEcReT-token")
    )
    mail = SendgridEmail(
        api_key=SecretStr("SG.sEcReT"), sender_email="town@oak.test", to_emails=["ann@oak.test"]
    )
    send(save("team", discord))
    send(save("team", MicrosoftTeamsWebhook(url=SecretStr(TEAMS))))
    send(save("team", mail))

    hosts = [path.split("/")[0].removesuffix(":443") for path in outside.paths]
    assert hosts == ["discord.com", "prod.logic.azure.com", "api.sendgrid.com"]
    assert outside.paths[0] == "discord.com/api/webhooks/111122223333/sEcReT-token"
    assert all("town escalation resolve" in str(got).replace("&nbsp;", " ") for got in outside.got)
    assert "@\\u200beveryone" in str(outside.got[0])
    assert "&lt;b&gt;failed" in str(outside.got[2])


def test_a_mattermost_of_ones_own_hears_it():
    from prefect.blocks.notifications import MattermostWebhook

    with webhook() as office:
        block = MattermostWebhook(
            hostname="127.0.0.1", port=office.port, token=SecretStr("sEcReT"), channels=["town"]
        )
        send(save("team", block))

    assert office.paths == ["/hooks/sEcReT"]
    assert office.got[0]["channel"] == "town"
    assert "town escalation resolve" in office.got[0]["text"]


def test_a_mail_arrives_whose_quoted_markup_is_text():
    from blocks.listeners import save_address

    with mail_server() as office:
        address = f"mailto://127.0.0.1:{office.port}?from=town@oak.test&to=ann@oak.test"
        send(save_address("ann", address))

    (mail,) = office.mails
    assert (mail["Subject"], mail["To"]) == ("oak: CRITICAL", "ann@oak.test")
    html = content(mail, "html").replace("&nbsp;", " ")
    assert "It &lt;b&gt;failed&lt;/b&gt; &amp;" in html
    assert "<b>" not in html
    assert "town escalation resolve hq-esc-1" in content(mail, "plain")


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(cast("EmailMessage", part).get_content())


def test_who_did_not_take_it_is_told_without_the_secret(outside):
    """Prefect's blocks are silent about it unless they are asked to raise."""
    outside.status = 403
    with pytest.raises(GasTownError) as refused:
        send(slack("gone"))
    with webhook() as office:
        office.status = 404
        with pytest.raises(GasTownError) as missing:
            send(save_webhook("gone", f"{office.url}sEcReT"))

    assert "slack-webhook/gone: not sent: " in str(refused.value)
    assert "403" in str(refused.value)
    assert str(missing.value) == "custom-webhook/gone: not sent: HTTP 404"
    assert "ecret" not in f"{refused.value}{missing.value}".lower()


def test_a_mail_server_that_is_away_is_told():
    from blocks.listeners import save_address

    name = save_address("away", "mailto://ann:sEcReT@127.0.0.1:9?from=a@oak.test&to=b@oak.test")
    with pytest.raises(GasTownError, match="apprise-notification/away: not sent: ") as away:
        send(name)
    assert "sEcReT" not in str(away.value)


def test_a_block_that_is_missing_or_sends_nothing_is_told_with_the_nearest():
    from blocks.notify import notify
    from blocks.town import TownBlock

    slack("nearby")
    TownBlock(root="/nowhere").save("nearby", overwrite=True)

    with pytest.raises(NotFoundError, match="did you mean slack-webhook/nearby") as missing:
        notify("slack-webhook/nearbye", "a", "b")
    with pytest.raises(NotFoundError, match="sends nothing"):
        notify("town/nearby", "a", "b")
    assert "town notify set" in str(missing.value)


def test_an_address_that_apprise_cannot_read_is_not_saved_nor_told():
    from blocks.listeners import listeners, save_address

    with pytest.raises(ConfigError, match="mailtoo://…") as refused:
        save_address("typo", "mailtoo://ann:sEcReT@oak.test")

    assert "sEcReT" not in str(refused.value)
    assert "apprise-notification/typo" not in listeners()
