"""EndpointDoor: a model's door for command-line agents, kept by us outside their jail.

Whatever an agent asks goes to the one endpoint of its catalogue row, under the row's model name,
with the row's key; what it may cost is set aside before, what the endpoint counted is put down
after, and the first request beyond a limit or a budget closes the door.
"""

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from blocks.door_server import DoorServer, Flight
from blocks.openai_model import CONNECT_S, Endpoint, session_headers
from blocks.till import Paid, Till
from gastown.agents.limits import hit
from gastown.agents.protocols import Limits
from gastown.agents.stops import Stop, Unpaid
from gastown.errors import BudgetError
from gastown.money.metered import Meter
from gastown.signs import listener
from gastown.stage import Usage

_POLL_S = 0.05


class EndpointDoor:
    """The door to one row of the catalogue, each of whose requests is paid for at `meter`."""

    def __init__(
        self,
        endpoint: Endpoint,
        clock: Callable[[], float] = time.monotonic,
        meter: Meter | None = None,
    ) -> None:
        self.name = endpoint.name
        self.model = endpoint.model
        self.context = endpoint.context
        self.secrets = (endpoint.api_key,) if endpoint.api_key else ()
        self._endpoint = endpoint
        self._clock = clock
        self._till = Till(endpoint, meter, clock)

    @contextmanager
    def open(
        self,
        socket: Path,
        limits: Limits,
        session: Mapping[str, str],
        note: Callable[..., None],
    ) -> Generator["Session"]:
        """Serve `socket` while the block runs."""
        state = Session(self._till, limits, session, note, self._clock)
        local = urlsplit(self._endpoint.url).hostname in {"localhost", "127.0.0.1", "::1"}
        silence = httpx2.Timeout(self._endpoint.stall_s, connect=CONNECT_S)
        with httpx2.Client(timeout=silence, trust_env=not local) as client:
            server = DoorServer(socket, client, state)
            thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,))
            thread.start()
            try:
                yield state
            finally:
                state.closing.set()
                server.shutdown()
                server.hang_up()
                state.abandon()
                thread.join()
                server.server_close()


class Session:
    """What one session sends and has used. Its agent's requests may come side by side."""

    def __init__(
        self,
        till: Till,
        limits: Limits,
        session: Mapping[str, str],
        note: Callable[..., None],
        clock: Callable[[], float],
    ) -> None:
        self.endpoint = till.endpoint
        self.closing = threading.Event()
        self.usage = Usage()
        self.turns = 0
        self.stop: Stop | None = None
        self.busy = ""
        self._till = till
        self._limits = limits
        self._session = session
        self._note = note
        self._clock = clock
        self._start = clock()
        self._lock = threading.Lock()
        self._flying: dict[Flight, Paid] = {}
        self._listener = listener()  # of the session: requests come in threads of their own

    def begin(self, flight: Flight) -> Stop | None:
        """Let a request go, its money set aside, or say what stands in its way.

        That closes the door, and so ends the agent.
        """
        with self._lock:
            spent = self._clock() - self._start
            stop = self.stop or hit(self._limits, self.usage, self.turns, spent)
            if stop is None:
                try:
                    self._flying[flight] = self._till.reserve(flight, self._limits.seconds - spent)
                except BudgetError as error:
                    stop = Unpaid(str(error))
                else:
                    self.turns += 1
                    return None
            self.stop = stop
        self.closing.set()
        return stop

    def headers(self) -> dict[str, str]:
        """Those that go with every request: whose it is, and the endpoint's own."""
        turn = {"turn": str(self.turns - 1)}
        return {**session_headers({**self._session, **turn}), **self.endpoint.headers}

    def most(self) -> int:
        """Tokens that an answer may still have."""
        used = self.usage.input_tokens + self.usage.output_tokens
        return max(1, min(self.endpoint.max_output, self._limits.tokens - used))

    def streamed(self) -> None:
        """A piece of an answer came."""
        if self._listener is not None:
            self._listener.streamed()

    def settle(self, flight: Flight) -> None:
        """Add what a request used; one that never began, or was settled, adds nothing."""
        with self._lock:
            paid = self._flying.pop(flight, None)
            if paid is None:
                return
            self.busy = flight.busy
            used = self._till.settle(flight, paid)
            self.usage += used
            if self._listener is not None:
                self._listener.answered(used.output_tokens)
            self._note("request", path=flight.path, status=flight.status, **used.model_dump())

    def abandon(self) -> None:
        """End and settle what is still on its way; its agent is gone."""
        for flight in tuple(self._flying):
            flight.cut()
            self.settle(flight)
