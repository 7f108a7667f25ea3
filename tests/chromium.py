"""Drive a headless Chromium through its DevTools pipe: enough to open a page, ask it things, and see what it did."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-pipe",
)  # fmt: skip


def find() -> str | None:
    """Return the path of a Chromium, or None; none on Windows, where it cannot be given two open files by number."""
    return None if os.name == "nt" else next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """A running Chromium with a fresh profile; it is ended by its own process id."""

    def __init__(self, profile: Path) -> None:
        program = find()
        assert program is not None
        commands, answers = os.pipe(), os.pipe()

        def connect() -> None:
            """Chromium reads commands from file 3 and answers on file 4; copies above both are in no one's way."""
            import fcntl

            reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands[0], answers[1]))
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"], preexec_fn=connect, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(commands[0])
        os.close(answers[1])
        self._reading, self._writing, self._rest, self._number = answers[0], commands[1], b"", 0

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(timeout=20)
        os.close(self._writing)
        os.close(self._reading)

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """Yield a tab with cookies, storage and cache of its own; they go with it."""
        own = self.send("Target.createBrowserContext")
        context = self.answer(own, [])["browserContextId"]
        target = self.answer(self.send("Target.createTarget", url="about:blank", browserContextId=context), [])
        attached = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        try:
            yield Tab(self, self.answer(attached, [])["sessionId"])
        finally:
            self.answer(self.send("Target.disposeBrowserContext", browserContextId=context), [])

    def send(self, method: str, *, session: str | None = None, **parameters: Any) -> int:
        """Send a command, to the browser itself or to a tab, and return its number."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        os.write(self._writing, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        return self._number

    def answer(self, number: int, events: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the answer to a command; what happens until it comes is put to the events."""
        while (answer := self.next()).get("id") != number:
            events.append(answer)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def next(self, *, patience: float = 30.0) -> dict[str, Any]:
        """Return the next answer or event."""
        end = time.monotonic() + patience
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reading], [], [], max(0.0, end - time.monotonic()))
            assert ready, "Chromium does not answer"
            part = os.read(self._reading, 1 << 20)
            assert part, "Chromium is gone"
            self._rest += part
        message, self._rest = self._rest.split(b"\0", 1)
        return dict(json.loads(message))


class Tab:
    """One open page: what it logged, what it asked the network for, and a way to evaluate JavaScript in it."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser, self._session = browser, session
        self._heard: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    @property
    def events(self) -> list[dict[str, Any]]:
        """What happened in this tab."""
        return [event for event in self._heard if event.get("sessionId") == self._session]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        return self._browser.answer(self._browser.send(method, session=self._session, **parameters), self._heard)

    def open(self, page: Path | str) -> None:
        """Load a file or an address and wait until it is loaded."""
        first = len(self.events)
        self.call("Page.navigate", url=page.as_uri() if isinstance(page, Path) else page)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events[first:]):
            self._heard.append(self._browser.next())

    def press(self, key: str, code: str = "", *, shift: bool = False) -> None:
        """Press a key and let it go, as a person at the keyboard does."""
        held = {"key": key, "code": code, "modifiers": 8 * shift}
        self.call("Input.dispatchKeyEvent", type="keyDown", **held)
        self.call("Input.dispatchKeyEvent", type="keyUp", **held)

    def until(self, expression: str, *, seconds: float = 20) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.ask(expression):
            assert time.monotonic() < end, f"not true after {seconds} seconds: {expression}"
            time.sleep(0.02)

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def resize(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def screenshot(self, path: Path) -> None:
        """Write the whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self, path: Path) -> None:
        """Print the page on its own paper."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        path.write_bytes(base64.b64decode(printed["data"]))

    def complaints(self) -> list[str]:
        """Return what the console and the log said, and exceptions nobody caught."""
        found = []
        for event in self.events:
            method, given = event.get("method"), event.get("params", {})
            if method == "Log.entryAdded":
                found.append(given["entry"]["text"])
            elif method == "Runtime.consoleAPICalled":
                found.append(str(given["args"]))
            elif method == "Runtime.exceptionThrown":
                found.append(str(given["exceptionDetails"]))
        return found

    def requests(self) -> list[str]:
        """Return the addresses asked for, apart from what a page carries in itself."""
        asked = (e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent")
        return [url for url in asked if not url.startswith(("data:", "about:"))]
