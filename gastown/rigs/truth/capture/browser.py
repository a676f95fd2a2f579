"""A page in headless Chromium, inside the jail.

`python -I -S browser.py ORDER`. A file for a bare interpreter, as the jail's launcher is. It serves
the build on the jail's own loopback, drives Chromium through a pipe (DevTools protocol, no port, no
package), prints what the page says, and writes a picture at each moment that is asked for. The
page's clock is ours (clock.js), so that a drawing is as far at each picture as it was the last
time. Chromium's own virtual time is not used: with its clock standing, it may never draw a frame.
"""

import base64
import fcntl
import json
import os
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypedDict, cast

_CLOCK = Path(__file__).with_name("clock.js")
_ABOVE = 10  # descriptors that no one has numbers for
_FAILED = 3
_BAD = 400
_QUOTE = 2_000
_POLL_S, _STEP_MS = 0.05, 50
_STREAMS = frozenset({"EventSource", "Media", "Ping"})
_PATIENCE_S = 5.0
_QUIET = 3  # breaths in a row in which nothing new is fetched
_FLAGS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-sandbox"),
    *("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"),
    *("--disable-extensions", "--disable-component-update", "--disable-background-networking"),
    *("--disable-breakpad", "--disable-sync", "--mute-audio", "--hide-scrollbars"),
    *("--force-color-profile=srgb", "--font-render-hinting=none", "--disable-lcd-text"),
    *("--autoplay-policy=no-user-gesture-required", "--no-default-browser-check"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Order(TypedDict):
    """What is wanted; times are milliseconds of the page's clock."""

    chromium: str
    root: str
    page: str
    size: tuple[int, int]
    at: dict[str, int]
    until: str
    full: bool


class _Broken(Exception):  # noqa: N818 - never leaves this file
    """Chromium is gone, or refused something."""


class _Site(SimpleHTTPRequestHandler):
    """The build as a site that is isolated, as threads in a page need it."""

    extensions_map = {  # noqa: RUF012 - the base class's own attribute
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".pck": "application/octet-stream",
    }

    def end_headers(self) -> None:
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_GET(self) -> None:
        if self.path == "/favicon.ico" and not Path(self.directory, "favicon.ico").exists():
            self.send_response(204)  # the browser asks for it unbidden
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the page's own log tells what was missing."""


class _Wire:
    """DevTools protocol over a pair of pipes: one JSON message, then a zero byte."""

    def __init__(self, send: int, receive: int, hear: Callable[[dict[str, Any]], None]) -> None:
        self._send, self._receive, self._hear = send, receive, hear
        self._last = 0
        self._rest = b""

    def ask(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """Send a command and return its result; events that come meanwhile are heard."""
        number = self.tell(method, session, **params)
        while True:
            message = self._next()
            if message.get("id") == number:
                if "error" in message:
                    raise _Broken(f"{method}: {message['error'].get('message')}")
                return message["result"]
            self._hear(message)

    def tell(self, method: str, session: str = "", **params: object) -> int:
        """Send a command without waiting."""
        self._last += 1
        whole: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            whole["sessionId"] = session
        data = json.dumps(whole).encode() + b"\0"
        while data:
            data = data[os.write(self._send, data) :]
        return self._last

    def wait(self, done: Callable[[], bool], patience_s: float | None = None) -> bool:
        """Hear events until `done`; False when none has come for so many real seconds."""
        while not done():
            if (
                b"\0" not in self._rest
                and not select.select([self._receive], [], [], patience_s)[0]
            ):
                return False
            self._hear(self._next())
        return True

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._receive, 1 << 20)
            if not read:
                raise _Broken("Chromium ended")
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)


class _Page:
    """One page: what it says is printed, what it shows is written down."""

    def __init__(self, send: int, receive: int, order: Order) -> None:
        self._wire = _Wire(send, receive, self._heard)
        self._order = order
        self._loaded = False
        self._begin = 0.0
        self._asked: dict[str, str] = {}
        self._open: set[str] = set()
        target = self._wire.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._wire.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session: str = attached["sessionId"]

    def open(self, url: str) -> None:
        """Go to the address, and wait until it is there; if it says when it is ready, until then.

        Its clock stands meanwhile, or goes slowly on where only that makes it ready.
        """
        for domain in ("Page", "Runtime", "Log", "Network", "Inspector"):
            self._do(f"{domain}.enable")
        follow = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self._do("Target.setAutoAttach", **follow)
        self._resize(*self._order["size"])
        self._do("Page.addScriptToEvaluateOnNewDocument", source=_CLOCK.read_text())
        problem = self._do("Page.navigate", url=url).get("errorText")
        if problem:
            raise _Broken(f"{url}: {problem}")
        self._wire.wait(lambda: self._loaded)
        self._rest()
        while self._order["until"] and not self._value(f"!!({self._order['until']})"):
            self._run_to(self._now() + _STEP_MS)
            time.sleep(_POLL_S)
        self._begin = self._now()

    def shoot(self, moment: int, path: Path) -> None:
        """Let the page's clock run to `moment` and write what it shows."""
        self._run_to(self._begin + moment)
        if self._order["full"]:
            area = self._do("Page.getLayoutMetrics")["cssContentSize"]
            self._resize(int(area["width"]), int(area["height"]))
        self._value("__clock.settle()")
        path.write_bytes(base64.b64decode(self._do("Page.captureScreenshot", format="png")["data"]))

    def _run_to(self, moment: float) -> None:
        """From timer to timer; whatever is fetched meanwhile comes before the next one."""
        while self._value(f"__clock.step({moment})"):
            if self._open:
                self._rest()
        self._rest()

    def _rest(self) -> None:
        """Wait until nothing is fetched and the page has done what it had at hand."""
        quiet = 0
        while quiet < _QUIET:
            if not self._wire.wait(lambda: not self._open, _PATIENCE_S):
                self._open.clear()  # a stream, or a request whose end nobody tells
            before = len(self._asked)
            self._value("__clock.breathe()")
            quiet = quiet + 1 if len(self._asked) == before and not self._open else 0

    def _now(self) -> float:
        return float(cast("float | None", self._value("__clock.now()")) or 0)

    def _resize(self, width: int, height: int) -> None:
        whole = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._do("Emulation.setDeviceMetricsOverride", **whole)

    def close(self) -> None:
        """End the browser."""
        self._wire.tell("Browser.close")

    def _do(self, method: str, **params: object) -> dict[str, Any]:
        return self._wire.ask(method, self._session, **params)

    def _value(self, expression: str) -> object:
        whole = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return cast("dict[str, Any]", self._do("Runtime.evaluate", **whole)["result"]).get("value")

    def _heard(self, message: dict[str, Any]) -> None:
        method, params = message.get("method", ""), message.get("params", {})
        match method:
            case "Page.loadEventFired":
                self._loaded = True
            case "Target.attachedToTarget":
                self._wire.tell("Runtime.enable", params["sessionId"])
                self._arrived(params["targetInfo"]["url"])
            case "Page.javascriptDialogOpening":
                self._wire.tell("Page.handleJavaScriptDialog", self._session, accept=True)
                _say(f"dialog: {params['message']}")
            case "Inspector.targetCrashed":
                raise _Broken("the page crashed")
            case _:
                self._follow(method, params)
                for line in self._told(method, params):
                    _say(line)

    def _arrived(self, script: str) -> None:
        """A worker runs, so its script was fetched: the page is not told the end of that."""
        self._open = {one for one in self._open if self._asked[one] != script}

    def _follow(self, method: str, params: dict[str, Any]) -> None:
        """Keep count of what is being fetched; streams that never end do not count."""
        match method:
            case "Network.requestWillBeSent":
                self._asked[params["requestId"]] = params["request"]["url"]
                if params.get("type") not in _STREAMS:
                    self._open.add(params["requestId"])
            case "Network.loadingFinished" | "Network.loadingFailed":
                self._open.discard(params["requestId"])
            case _:
                pass

    def _told(self, method: str, params: dict[str, Any]) -> list[str]:
        """What the page says with an event, as lines of a log."""
        match method:
            case "Runtime.consoleAPICalled":
                words = " ".join(_text(one) for one in params["args"])
                return [f"console.{params['type']}: {words}"]
            case "Runtime.exceptionThrown":
                return [f"uncaught: {_thrown(params['exceptionDetails'])}"]
            case "Log.entryAdded" if params["entry"]["source"] not in {"network", "javascript"}:
                return [f"browser.{params['entry']['level']}: {params['entry']['text']}"]
            case "Network.responseReceived" if params["response"]["status"] >= _BAD:
                return [f"failed: {params['response']['status']} {params['response']['url']}"]
            case "Network.loadingFailed" if not params.get("canceled"):
                url = self._asked.get(params["requestId"], "")
                return [f"failed: {params['errorText']} {url[:_QUOTE]}"]
            case _:
                pass
        return []


def main(text: str) -> int:
    """Carry out the order; 0 when every picture was written."""
    order: Order = json.loads(text)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, directory=order["root"]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        said = Path(folder, "chromium.log")
        process, send, receive = _launch(order["chromium"], folder, said)
        try:
            page = _Page(send, receive, order)
            page.open(f"http://127.0.0.1:{server.server_port}/{order['page']}")
            for name, moment in order["at"].items():
                page.shoot(moment, Path(name))
            page.close()
        except (_Broken, BrokenPipeError) as error:
            _say(f"browser: {error}")
            tail = said.read_text(errors="replace").strip().splitlines()[-3:]
            _say("\n".join(line[:300] for line in tail))
            return _FAILED
        finally:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    return 0


def _launch(chromium: str, folder: str, said: Path) -> tuple[int, int, int]:
    """Chromium with its orders at descriptor 3 and its answers at 4; its process and our ends."""
    theirs_in, send = os.pipe()
    receive, theirs_out = os.pipe()
    orders = fcntl.fcntl(theirs_in, fcntl.F_DUPFD_CLOEXEC, _ABOVE)
    answers = fcntl.fcntl(theirs_out, fcntl.F_DUPFD_CLOEXEC, _ABOVE)
    log = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    places = {0: os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 1: log, 2: log}
    places |= {3: orders, 4: answers}
    process = os.posix_spawn(
        chromium,
        [chromium, *_FLAGS, f"--user-data-dir={folder}/profile", "about:blank"],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, mine, place) for place, mine in places.items()],
    )
    for ours in (theirs_in, theirs_out, orders, answers):
        os.close(ours)
    return process, send, receive


def _text(value: dict[str, Any]) -> str:
    if "value" in value:
        return str(value["value"])[:_QUOTE]
    return str(value.get("description") or value.get("type"))[:_QUOTE]


def _thrown(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return _text(thrown) if thrown else str(details.get("text"))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - its own voice


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
