"""Keys are saved, used and forgotten; none is ever shown."""

import pytest

from blocks.keys import remove_key, save_key, saved_keys, try_key
from gastown.errors import NotFoundError
from tests.blocks.wire import HELLO, wire

pytestmark = pytest.mark.engine


def test_a_key_is_listed_without_itself_and_replaced_under_its_name():
    save_key("acme", "sk-old-secret")
    save_key("acme", "sk-new-secret", "https://acme.example/v1")

    (found,) = [one for one in saved_keys() if one.name == "acme"]
    assert found.address == "https://acme.example/v1"
    assert "secret" not in repr(saved_keys())


def test_it_is_tried_on_who_serves_and_what_is_wrong_is_told():
    save_key("tried", "sk-tried")
    with wire(HELLO) as server:
        said = try_key("tried", server.url)
    assert said == "" or said.startswith(f"{server.url}/models: HTTP ")
    assert "ConnectError" in try_key("tried", "http://127.0.0.1:9/v1")


def test_one_that_is_forgotten_is_gone_and_an_unknown_one_is_refused():
    save_key("gone", "sk-gone")
    remove_key("gone")
    assert "gone" not in [one.name for one in saved_keys()]
    with pytest.raises(NotFoundError, match="no key 'gone'"):
        remove_key("gone")
