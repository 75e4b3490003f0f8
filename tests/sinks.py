"""Where notifications go in tests: a mail server and a web server on this machine that keep what comes."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Sink:
    """A server of one protocol: its port, and the title and text of each message it took."""

    port: int
    got: list[tuple[str, str]] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    is_refusing: bool = False
    answers: dict[str, object] = field(default_factory=dict)
    """What a web server says in its answers."""

    def take(self) -> list[tuple[str, str]]:
        """What came since this was last asked."""
        taken, self.got = self.got, []
        return taken


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """A mail server."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 sink")
            while line := self.rfile.readline().decode().strip():
                word = line.split(maxsplit=1)[0].upper()
                if word == "DATA":
                    self.say("354 go on")
                    data = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        data += part[1:] if part.startswith(b"..") else part
                    found = email.message_from_bytes(data, policy=email.policy.default)
                    body = found.get_body(("plain", "html"))
                    assert body is not None
                    sink.got.append((str(found["Subject"]), body.get_content().strip()))
                    sink.to.append(str(found["To"]))
                elif word == "RCPT" and sink.is_refusing:
                    self.say("550 5.7.1 no such box")
                    continue
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                self.say("250 ok")

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with _serving(socketserver.ThreadingTCPServer, Handler) as sink:
        yield sink


@contextmanager
def web_sink() -> Iterator[Sink]:
    """A web server that takes JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            plain = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not sink.is_refusing:
                sink.got.append((plain.get("title", ""), plain.get("message") or str(plain)))
                sink.to.append(self.path)
            self.send_response(500 if sink.is_refusing else 200)
            self.end_headers()
            self.wfile.write(json.dumps(sink.answers).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _serving(ThreadingHTTPServer, Handler) as sink:
        yield sink


@contextmanager
def silent_sink() -> Iterator[int]:
    """A port where whoever calls is let in and never answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def _serving(
    kind: type[socketserver.TCPServer], handler: type[socketserver.BaseRequestHandler]
) -> Iterator[Sink]:
    with kind(("127.0.0.1", 0), handler) as server:
        # The handler's closure is bound by the caller's `as sink` before anybody calls.
        sink = Sink(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield sink
        finally:
            server.shutdown()
