"""A real browser as a person's hands and eyes: Chromium, driven through a pipe (DevTools protocol).

No package of our own needs it; where it is missing, tests that use it say that they were skipped.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on PATH")
PATIENCE_S = 400.0
_LOOK_S = 0.2
_ANSWER_S = 30.0
_REFUSED = "Oops"
_NAMED = "one => one.innerText.trim() == %s"
# The field that belongs to a label: the first one after it.
_FIELD = """
(() => {
  const all = [...document.querySelectorAll('label, input, textarea')];
  const label = all.findIndex(one => one.tagName == 'LABEL' && one.innerText.startsWith(%s));
  const field = all.slice(label + 1).find(one => one.tagName != 'LABEL');
  if (label < 0 || !field) return null;
  const there = field.value;
  field.focus(); field.select();
  return there;
})()
"""
# A list of choices that belongs to a label, as a person chooses from it.
_CHOOSE = """
(() => {
  const all = [...document.querySelectorAll('label, select')];
  const label = all.findIndex(one => one.tagName == 'LABEL' && one.innerText.startsWith(%s));
  const field = all.slice(label + 1).find(one => one.tagName != 'LABEL');
  if (label < 0 || !field) return false;
  field.value = %s;
  for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {bubbles: true}));
  return field.selectedIndex >= 0;
})()
"""
_PRESS = """
(() => {
  const all = [...document.querySelectorAll('button, a, [role=tab]')];
  const named = all.find(%s);
  if (named) named.click();
  return Boolean(named);
})()
"""


class Page:
    """One page of the browser."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._last, self._rest = 0, b""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session: str = attached["sessionId"]

    def open(self, url: str) -> None:
        """Go there."""
        self._ask("Page.navigate", self._session, url=url)

    @property
    def text(self) -> str:
        """What can be read on it."""
        return str(self._run("document.body ? document.body.innerText : ''"))

    def see(self, *words: str) -> str:
        """Wait until all of that can be read; returns the page's text."""
        return self._wait(lambda: self.text, lambda text: all(one in text for one in words), words)

    def fill(self, label: str, value: str) -> None:
        """Write into the field below a label; a form that is still being made forgets it."""

        def written() -> bool:
            there = self._run(_FIELD % json.dumps(label))
            if there is not None and there != value:
                self._ask("Input.insertText", self._session, text=value)
            return there == value

        self._wait(written, bool, label)

    def choose(self, label: str, value: str) -> None:
        """Choose from the list below a label."""
        code = _CHOOSE % (json.dumps(label), json.dumps(value))
        self._wait(lambda: self._run(code), bool, label)

    def press(self, button: str) -> None:
        """Press what is called so."""
        code = _PRESS % (_NAMED % json.dumps(button))
        self._wait(lambda: self._run(code), bool, button)

    def send(self, button: str = "Submit") -> None:
        """Press until the form is gone: a server at its limit says "Oops", to a person too."""
        there = f"[...document.querySelectorAll('button')].some({_NAMED % json.dumps(button)})"

        def sent() -> bool:
            before = self.text.count(_REFUSED)
            self.press(button)
            answered = time.monotonic() + _ANSWER_S
            while (open_still := self._run(there)) and time.monotonic() < answered:
                if self.text.count(_REFUSED) > before:
                    break
                time.sleep(_LOOK_S)
            return not open_still

        self._wait(sent, bool, button)

    def picture(self, path: Path) -> None:
        """Keep what it looks like."""
        shot = self._ask("Page.captureScreenshot", self._session)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _wait(self, look: Any, enough: Any, wanted: object) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not enough(seen := look()):
            assert time.monotonic() < deadline, f"{wanted} is not there:\n{self.text[:2000]}"
            time.sleep(_LOOK_S)
        return seen

    def _run(self, code: str) -> Any:
        answer = self._ask("Runtime.evaluate", self._session, expression=code, returnByValue=True)
        return answer.get("result", {}).get("value")

    def _ask(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        self._last += 1
        whole: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            whole["sessionId"] = session
        os.write(self._send, json.dumps(whole).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._last:
                assert "error" not in message, message
                return message["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._receive, 1 << 20)
            assert read, "Chromium ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)


@contextmanager
def chromium(home: Path) -> Generator[Page]:
    """A page for the block; `home` takes the browser's own files."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    words = [
        *(str(PROGRAM), "--headless=new", "--remote-debugging-pipe", "--no-sandbox"),
        *("--disable-gpu", "--window-size=1400,1300", "--no-first-run", "--disable-dev-shm-usage"),
        f"--user-data-dir={home}",
    ]
    # The pipe's ends are to be descriptors 3 and 4, which bash can say and Popen cannot.
    wrapped = ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", *words]
    browser = subprocess.Popen(
        wrapped, pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Page(ours_out, ours_in)
    finally:
        browser.kill()
        browser.wait()
        os.close(ours_out)
        os.close(ours_in)
