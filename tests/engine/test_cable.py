"""A cable outlives its server: who comes meanwhile is refused, who comes later is carried."""

import socket
from urllib.parse import urlsplit

from tests.engine.cable import Cable


def reached(url: str) -> socket.socket:
    """A connection through a cable."""
    return socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=10)


def test_a_server_that_is_away_and_comes_back_is_reached_through_the_same_cable():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    server.close()
    with Cable(f"http://127.0.0.1:{port}/api") as cable:
        with reached(cable.url) as client:
            assert client.recv(5) == b""
        with socket.create_server(("127.0.0.1", port)) as server, reached(cable.url) as client:
            near, _ = server.accept()
            with near:
                near.sendall(b"hello")
                assert client.recv(5) == b"hello"
