"""The page's clock: whatever goes by time or chance is the same in every capture."""

import pytest

from gastown.errors import ConfigError
from gastown.rigs.truth.capture import capture
from gastown.rigs.truth.capture.capture import find_chromium
from gastown.rigs.truth.model import Scenario
from tests.gastown.rigs.truth.defects import jailed
from tests.gastown.rigs.truth.given import put

PAGE = """<!doctype html>
<style>@keyframes go { to { margin-left: 300px } }
div { width: 40px; height: 40px; background: teal; animation: go 5s }
body { height: 700px }</style>
<h1 id="date"></h1><p id="beats"></p><p id="drawn"></p><p id="late"></p><div></div>
<script>
const at = (id) => document.getElementById(id);
let beats = 0, drawn = 0, spins = 0;
setInterval(() => { at("beats").textContent = `beat ${beats += 1} ${Math.random()}` }, 100);
const draw = (now) => {
  at("drawn").textContent = `drawn ${drawn += 1} at ${Math.round(now)}`;
  at("date").textContent = new Date().toISOString();
  requestAnimationFrame(draw);
};
requestAnimationFrame(draw);
const spin = () => { spins += 1; setTimeout(spin) };
spin();
setTimeout(async () => {
  const told = await (await fetch("told.json")).json();
  at("late").textContent = `told ${told.word} at ${performance.now()}`;
  console.log(`told ${told.word} at ${performance.now()}, ${new Date() instanceof Date}`);
}, 400);
setTimeout("console.log('text too')", 450);
const never = setTimeout(() => console.error("cancelled"), 460);
clearTimeout(never);
setTimeout(() => console.log(`${beats} beats, ${drawn} drawn, ${spins > 100}, ${Date()}`), 1000);
</script>
"""
SCENARIO = Scenario.model_validate(
    {"id": "s", "kind": "web", "at": [390, 1005], "size": "640x480", "full": True}
)


@pytest.mark.slow
def test_two_captures_of_a_page_full_of_clocks_are_one(tmp_path):
    try:
        find_chromium()
    except ConfigError as error:
        pytest.skip(str(error))
    build = put(tmp_path / "page", {"index.html": PAGE, "told.json": '{"word": "hello"}'})

    one, other = (capture(SCENARIO, build, tmp_path / out, jailed()) for out in ("1", "2"))

    assert one.rc == 0, one.output
    assert one.output == other.output
    for name in SCENARIO.names:
        assert one.frame(name) == other.frame(name)
    assert one.output.splitlines()[:2] == [
        "console.log: told hello at 400, true",
        "console.log: text too",
    ]
    assert "console.log: 10 beats, 59 drawn, true, Thu Jan 01 2026 00:00:01" in one.output
    assert "cancelled" not in one.output
