"""A mail server on this machine that can be told to refuse, to stall and to die at any word."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailboxes:
    """What outlives the server: what it took, and how it is to behave.

    Args:
        taken: recipient and text of each letter it answered for, or kept without an answer.
        refused: recipient → reply that refuses it.
        later: recipients it puts off, once each.
        dies_after: letters after which it dies; None for never.
        dies_at: "before_text" (after RCPT), "in_text" (some of it read) or "before_reply" (all of it kept).
    """

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    later: set[str] = field(default_factory=set)
    dies_after: int | None = None
    dies_at: str = ""

    def to(self, recipient: str) -> list[bytes]:
        """The letters in one mailbox."""
        return [text for address, text in self.taken if address == recipient]

    def is_dying(self, at: str) -> bool:
        """Is this the moment?"""
        return self.dies_at == at and self.dies_after is not None and len(self.taken) >= self.dies_after


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mailboxes: Mailboxes

    def die(self, connection: socket.socket) -> None:
        """As a machine that loses its power: the connection breaks off, and nobody listens any more."""
        self.mailboxes.dies_after = None
        self.socket.close()
        connection.shutdown(socket.SHUT_RDWR)
        threading.Thread(target=self.shutdown, daemon=True).start()

    def handle_error(self, request, client_address) -> None:
        """A conversation that breaks off is what these tests are about."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.recipient = ""
        self.say("220 loopback")
        for line in self.rfile:
            verb = line.decode("ascii", "replace").strip()
            if verb[:4].upper() == "QUIT":
                return self.say("221 bye")
            self.answer(verb)
        return None

    def answer(self, verb: str) -> None:
        boxes = self.server.mailboxes
        match verb[:4].upper():
            case "RCPT":
                self.recipient = verb[verb.index("<") + 1 : verb.index(">")]
                self.say(self.about(self.recipient))
            case "DATA":
                if boxes.is_dying("before_text"):
                    return self.server.die(self.connection)
                self.say("354 go ahead")
                self.take()
            case _:
                self.say("250 fine")
        return None

    def about(self, recipient: str) -> str:
        boxes = self.server.mailboxes
        if recipient in boxes.later:
            boxes.later.discard(recipient)
            return "451 4.7.1 try again later"
        return boxes.refused.get(recipient, "250 fine")

    def take(self) -> None:
        boxes, lines = self.server.mailboxes, []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
            if boxes.is_dying("in_text"):
                return self.server.die(self.connection)
        else:
            return None
        boxes.taken.append((self.recipient, b"".join(lines)))
        if boxes.is_dying("before_reply"):
            return self.server.die(self.connection)
        return self.say("250 taken")

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def mail_server(mailboxes: Mailboxes, port: int = 0) -> Iterator[int]:
    """Serve the mailboxes on a port of this machine, the same again after a death where one is named."""
    server = _Server(("127.0.0.1", port), _Conversation)
    server.mailboxes = mailboxes
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
