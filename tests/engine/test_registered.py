"""What `town up` wrote is written again only when it follows from something else, or is gone."""

import asyncio
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployments.definitions import Definitions, load_definitions
from deployments.register import register
from deployments.registered import CRASH_RULE, is_likely, keep, made_of, still_there
from gastown.founding.install import install
from gastown.town.town import Town

pytestmark = pytest.mark.engine
FORMULA = 'formula = "own"\n[[steps]]\nid = "a"\ntitle = "A"\n'


class Standing:
    """A town of which two deployments were written to the server of the session."""

    def __init__(self, folder: Path) -> None:
        from prefect.settings import get_current_settings

        install(folder, "elm")
        self.town, self.url = Town.open(folder), str(get_current_settings().api.url)
        whole = load_definitions()
        wanted = [one for one in whole.deployments if one.name in {"crew", "digest"}]
        self.wanted = whole.model_copy(update={"deployments": tuple(wanted)})
        self.write()

    def write(self) -> None:
        made = made_of(self.town, self.wanted)
        keep(self.town, self.url, made, asyncio.run(register(self.town, self.wanted)))

    def names(self, wanted: Definitions | None = None) -> tuple[str, ...]:
        town = Town.open(self.town.root)
        return still_there(town, self.url, made_of(town, wanted or self.wanted))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A server that is too busy is asked again, as Prefect's client does."""
        answer = httpx.request(method, self.url + path, json=body, trust_env=False)
        while answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            time.sleep(0.2)
            answer = httpx.request(method, self.url + path, json=body, trust_env=False)
        return answer.raise_for_status().json() if answer.content else None

    def ident(self, name: str) -> str:
        return str(self.ask("GET", f"/deployments/name/{name}")["id"])


@pytest.fixture
def elm(tmp_path) -> Standing:
    return Standing(tmp_path / "elm")


def redefined(elm: Standing) -> None:
    first, second = elm.wanted.deployments
    changed = first.model_copy(update={"description": "Something else."})
    elm.wanted = elm.wanted.model_copy(update={"deployments": (changed, second)})


def formula_written(elm: Standing) -> None:
    folder = elm.town.formula_folders[0]
    folder.mkdir(exist_ok=True)
    (folder / "own.formula.toml").write_text(FORMULA)


def configured(elm: Standing) -> None:
    with elm.town.layout.config.open("a") as file:
        file.write("\n[escalation]\nremind_s = 60\n")


def deleted(elm: Standing) -> None:
    elm.ask("DELETE", f"/deployments/{elm.ident('crew/crew')}")


def edited(elm: Standing) -> None:
    elm.ask("PATCH", f"/deployments/{elm.ident('crew/crew')}", {"description": "Mine."})


def rule_deleted(elm: Standing) -> None:
    body = {"automations": {"name": {"any_": [CRASH_RULE]}}}
    for rule in elm.ask("POST", "/automations/filter", body):
        elm.ask("DELETE", f"/automations/{rule['id']}")


def block_deleted(elm: Standing) -> None:
    block = elm.ask("GET", "/block_types/slug/town/block_documents/name/elm")
    elm.ask("DELETE", f"/block_documents/{block['id']}")


def record_lost(elm: Standing) -> None:
    (elm.town.layout.state / "registered.json").write_text("{")


@pytest.mark.parametrize("change", [redefined, formula_written, configured, record_lost])
def test_it_is_not_asked_for_where_it_follows_from_something_else(
    elm: Standing, change: Callable[[Standing], None]
):
    assert elm.names() == ("crew/crew", "digest/digest")
    change(elm)

    assert not is_likely(elm.town, made_of(elm.town, elm.wanted))
    assert elm.names() == ()


def test_what_is_gone_or_changed_on_the_server_is_noticed_and_written_again(elm: Standing):
    for change in (deleted, edited, rule_deleted, block_deleted):
        assert elm.names() == ("crew/crew", "digest/digest")
        change(elm)
        assert elm.names() == ()
        elm.write()


def test_what_runs_and_what_a_person_schedules_changes_nothing(elm: Standing):
    ident = elm.ident("digest/digest")
    schedule = {"schedule": {"cron": "1 2 * * *", "timezone": "UTC"}, "active": True}
    elm.ask("POST", f"/deployments/{ident}/schedules", [schedule])
    elm.ask("POST", f"/deployments/{ident}/pause_deployment")

    assert elm.names() == ("crew/crew", "digest/digest")


def test_a_file_of_code_that_was_touched_is_code_that_changed(elm: Standing, tmp_path, monkeypatch):
    """Of a copy, so that no other test sees it."""
    import deployments.registered as module

    (tmp_path / "flows").mkdir()
    code = tmp_path / "flows" / "one.py"
    code.write_text("A = 1\n")
    monkeypatch.setattr(module, "_CHECKOUT", tmp_path)
    before = made_of(elm.town, elm.wanted)
    assert made_of(elm.town, elm.wanted) == before
    os.utime(code, ns=(1, 1))
    assert made_of(elm.town, elm.wanted) != before


def test_a_server_that_does_not_answer_shows_nothing(elm: Standing):
    made = made_of(elm.town, elm.wanted)
    assert still_there(elm.town, "http://127.0.0.1:9/api", made) == ()
