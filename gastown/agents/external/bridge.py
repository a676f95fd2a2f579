"""The bridge: runs inside the jail, gives the agent its loopback address, and starts it.

Run as a file by a bare interpreter (`python -I -S bridge.py SOCKET PORT STDIN BYTES CMD…`), so it
imports nothing of ours. What comes to 127.0.0.1:PORT goes on to the unix socket, which is the door
to the model. When the door lets go of the connection that is held, the agent is killed. An agent
that kills its bridge has lost its way to the model; the jail ends with the bridge.
"""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading

_STOPPED = 125
_CHUNK = 65_536


def main(door: str, port: str, stdin: str, most: str, *command: str) -> int:
    """Run the command to its end and return its exit code as a shell says it."""
    server = socket.create_server(("127.0.0.1", int(port)), backlog=64)
    held = _connect(door)
    held.sendall(b"GET /hold HTTP/1.1\r\nHost: door\r\n\r\n")
    threading.Thread(target=_serve, args=(server, door), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
    source = os.open(stdin or os.devnull, os.O_RDONLY)
    try:
        agent = subprocess.Popen(command, stdin=source, start_new_session=True)
    except OSError as error:
        print(f"{command[0]}: {error}", file=sys.stderr)  # noqa: T201 - its own voice
        return 127
    threading.Thread(target=_end_with, args=(held, agent), daemon=True).start()
    rc = agent.wait()
    return rc if rc >= 0 else 128 - rc


def _end_with(held: socket.socket, agent: "subprocess.Popen[bytes]") -> None:
    """Kill the agent once the door lets go."""
    while held.recv(_CHUNK):
        pass
    try:
        os.killpg(agent.pid, signal.SIGKILL)
    finally:
        os._exit(_STOPPED)


def _serve(server: socket.socket, door: str) -> None:
    while True:
        client, _ = server.accept()
        try:
            beyond = _connect(door)
        except OSError:
            client.close()
            continue
        for source, sink in ((client, beyond), (beyond, client)):
            threading.Thread(target=_carry, args=(source, sink), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes one way; the end of them too."""
    try:
        while data := source.recv(_CHUNK):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            end.close()


def _connect(door: str) -> socket.socket:
    beyond = socket.socket(socket.AF_UNIX)
    beyond.connect(door)
    return beyond


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
