"""The page's clock: whatever goes by time or chance is the same in every capture."""

import pytest

from gastown.errors import ConfigError
from gastown.rigs.truth.capture import capture
from gastown.rigs.truth.capture.find import find_chromium
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


BUSY = """<!doctype html>
<h1 id="h">Hi</h1><iframe src="in.html"></iframe><audio src="beep.wav" preload="auto"></audio>
<script>
new Worker("w.js");
new Worker(URL.createObjectURL(new Blob(['console.log("blob worker")'])));
new WebSocket("ws://127.0.0.1:1/").onerror = () => console.log("no socket");
fetch(URL.createObjectURL(new Blob(["{}"]))).then(() => console.log("blob"));
const stop = new AbortController();
fetch("in.html", { signal: stop.signal }).catch((error) => console.log(error.name));
stop.abort();
setTimeout(() => alert("hello"), 100);
document.body.animate([{ opacity: 0.2 }, { opacity: 1 }], { duration: 900, iterations: Infinity });
</script>
"""
INNER = "<p id=p>in</p><script>setTimeout(() => console.log(`framed ${Date.now()}`), 200)</script>"
SAID = (
    "AbortError", "no socket", "blob", "blob worker", "worker true", "framed 1767225600200",
)  # fmt: skip


@pytest.fixture
def eyes():
    try:
        find_chromium()
    except ConfigError as error:
        pytest.skip(str(error))
    return jailed()


@pytest.mark.slow
def test_a_page_with_workers_frames_sockets_and_sound_ends_its_capture(tmp_path, eyes):
    worker = "console.log(`worker ${crossOriginIsolated}`)"
    files = {"index.html": BUSY, "in.html": INNER, "w.js": worker, "beep.wav": b"RIFF"}
    build = put(tmp_path / "page", files)

    done = capture(SCENARIO, build, tmp_path / "out", eyes)

    assert (done.rc, done.timed_out) == (0, False), done.output
    assert {f"console.log: {one}" for one in SAID} <= set(done.output.splitlines())
    assert "dialog: hello" in done.output
    assert sorted(one.name for one in done.frames.iterdir()) == list(SCENARIO.names)


@pytest.mark.slow
def test_two_captures_of_a_page_full_of_clocks_are_one(tmp_path, eyes):
    build = put(tmp_path / "page", {"index.html": PAGE, "told.json": '{"word": "hello"}'})

    one, other = (capture(SCENARIO, build, tmp_path / out, eyes) for out in ("1", "2"))

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
