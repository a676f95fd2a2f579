"""Cable: a way to the server that can be cut, and that can lose an answer, over real sockets."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

_PIECE = 1 << 16
Flag = threading.Event
Way = Callable[[bytes, socket.socket, Flag], None]


class Cable:
    """Listens on loopback and carries what comes to the server's own port, and back.

    `refused` counts who came while it was cut, `torn` who was on it when it was, `lost` whether an
    answer was swallowed.
    """

    def __init__(self, api: str) -> None:
        self._to = urlsplit(api)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = self._to._replace(netloc=f"127.0.0.1:{port}").geturl()
        self.refused = 0
        self.torn = 0
        self.lost = False
        self._lose = b""
        self._is_cut = False
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """End every connection; new ones are closed as soon as they come."""
        self._is_cut = True
        torn = list(self._open)
        self.torn += len(torn) // 2  # each has two ends
        for one in torn:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self, lose: str = "") -> None:
        """Carry again; the answer to the first request whose head has `lose` in it is not."""
        self._lose = lose.encode()
        self._is_cut = False

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed
                return
            if self._is_cut:
                self.refused += 1
                near.close()
                continue
            try:
                far = socket.create_connection((self._to.hostname or "", self._to.port or 80))
            except OSError:  # nobody is there now; the way itself is whole
                near.close()
                continue
            self._open |= {near, far}
            thread = threading.Thread(target=self._join, args=(near, far), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _join(self, near: socket.socket, far: socket.socket) -> None:
        """Carry both ways until one end is gone."""
        silent = threading.Event()
        back = threading.Thread(target=self._carry, args=(self._back, far, near, silent))
        back.start()
        self._carry(self._there, near, far, silent)
        back.join()
        for end in (near, far):
            self._open.discard(end)
            end.close()

    @staticmethod
    def _carry(way: Way, one: socket.socket, other: socket.socket, silent: Flag) -> None:
        with suppress(OSError):
            while piece := one.recv(_PIECE):
                way(piece, other, silent)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _there(self, piece: bytes, server: socket.socket, silent: Flag) -> None:
        if self._lose and self._lose in piece:
            self._lose = b""
            silent.set()
        server.sendall(piece)

    def _back(self, piece: bytes, client: socket.socket, silent: Flag) -> None:
        if silent.is_set():  # the server has done what it was asked
            self.lost = True
            raise ConnectionAbortedError
        client.sendall(piece)
