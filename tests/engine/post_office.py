"""Where notifications arrive in tests: a webhook, a mail server, and vendors behind a proxy."""

import datetime as dt
import json
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer, ThreadingTCPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)


@dataclass
class Office:
    """What arrived. `status` is answered to webhooks; `then` is called before the answer."""

    port: int = 0
    status: int = 200
    got: list[Any] = field(default_factory=list[Any])
    paths: list[str] = field(default_factory=list[str])
    mails: list[EmailMessage] = field(default_factory=list[EmailMessage])
    then: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def webhook() -> Generator[Office]:
    """An HTTP server that keeps the JSON of each POST."""
    office = Office()
    with _served(ThreadingHTTPServer(("127.0.0.1", 0), _handler(office)), office):
        yield office


@contextmanager
def vendors(folder: Path, *hosts: str) -> Generator[tuple[Office, dict[str, str]]]:
    """The same behind a proxy that gives itself out for `hosts`, and the environment to use it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate := _certificate(folder, hosts))
    office = Office()
    with _served(ThreadingHTTPServer(("127.0.0.1", 0), _handler(office, context)), office):
        yield office, {"HTTPS_PROXY": office.url, "REQUESTS_CA_BUNDLE": str(certificate)}


@contextmanager
def mail_server() -> Generator[Office]:
    """An SMTP server that keeps what it is given."""
    office = Office()

    class Session(StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 post office")
            while line := self.rfile.readline():
                word = line.split()[0].upper()
                if word == b"DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    mail = message_from_bytes(b"".join(lines), policy=policy.default)
                    assert isinstance(mail, EmailMessage)
                    office.mails.append(mail)
                self.say("221 bye" if word == b"QUIT" else "250 fine")
                if word == b"QUIT":
                    return

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _served(ThreadingTCPServer(("127.0.0.1", 0), Session), office):
        yield office


@contextmanager
def _served(server: TCPServer, office: Office) -> Generator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    office.port = server.socket.getsockname()[1]
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(office: Office, context: ssl.SSLContext | None = None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            assert context is not None
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            with context.wrap_socket(self.connection, server_side=True) as inside:
                self._answer(self.path.removesuffix(":443"), inside)

        def _answer(self, host: str, inside: ssl.SSLSocket) -> None:
            with inside.makefile("rb") as self.rfile, inside.makefile("wb") as self.wfile:
                self.raw_requestline = self.rfile.readline()
                if self.raw_requestline and self.parse_request():
                    self.path = f"{host}{self.path}"
                    self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            office.paths.append(self.path)
            office.got.append(json.loads(body))
            office.then()
            self.send_response(office.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


def _certificate(folder: Path, hosts: tuple[str, ...]) -> Path:
    """One that is its own authority, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post office")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "post-office.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


def save_webhook(name: str, url: str) -> str:
    """Save a block that posts title and text there; its `type/name`."""
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    block = CustomWebhookNotificationBlock(
        name=name,
        url=url,
        headers=None,
        cookies=None,
        json_data={"title": "{{subject}}", "text": "{{body}}"},
    )
    block.save(name, overwrite=True)
    return f"custom-webhook/{name}"
