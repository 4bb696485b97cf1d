"""A mail server on loopback that stalls, hangs up, refuses or asks to wait, as dice decide."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedReader
from random import Random

STALL = 1.5  # seconds: longer than the worker in these tests waits
MOODS = ("stall", "drop", "refuse", "wait")
BAD_ANSWERS = {"refuse": b"550 5.1.1 no\r\n", "wait": b"451 4.3.0 wait\r\n"}


@dataclass
class Moody:
    """What it took, whom it met, and how often it hung up on a whole text."""

    dice: Random
    badness: float = 0.02  # how likely each step goes wrong
    port: int = 0
    taken: list[str] = field(default_factory=list)
    met: int = 0
    drops: int = 0
    moods: int = 0
    is_kind: bool = False
    is_over: threading.Event = field(default_factory=threading.Event)

    def mood(self) -> str:
        """What it does at this step; mostly nothing bad."""
        if self.is_kind or self.dice.random() > self.badness:
            return ""
        self.moods += 1
        return self.dice.choice(MOODS)

    def talk(self, line: socket.socket) -> None:
        """Serve one sender; half of them may send several commands at once (RFC 2920)."""
        with suppress(OSError), line, line.makefile("rb") as heard:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(b"220 here\r\n")
            to = ""
            while words := heard.readline().decode():
                verb = words[:4].upper()
                if verb == "RCPT":
                    to = words.partition("<")[2].partition(">")[0]
                    self.met += 1
                if verb in {"MAIL", "RSET"}:
                    to = ""
                answered = self._step(line, heard, verb, to)
                if answered is None:
                    return
                if verb == "RCPT" and not answered:
                    to = ""  # the text that may follow is to nobody

    def _step(
        self, line: socket.socket, heard: BufferedReader, verb: str, to: str
    ) -> bool | None:
        """Answer a command: whether it was taken; nothing when the line is at its end."""
        mood = self.mood() if verb in {"RCPT", "DATA"} else ""
        if mood == "stall":
            self.is_over.wait(STALL)
        if mood in {"stall", "drop"}:
            return None
        answer = BAD_ANSWERS.get(mood) or b"250 fine\r\n"
        if verb == "EHLO" and self.dice.random() < 0.5:
            answer = b"250-here\r\n250 PIPELINING\r\n"
        if verb == "DATA" and not mood:
            if to or self.dice.random() < 0.5:
                line.sendall(b"354 go on\r\n")
                return self._take(line, heard, to) or None
            answer = b"554 5.5.1 to nobody\r\n"
        line.sendall(answer)
        return answer.startswith(b"250")

    def _take(self, line: socket.socket, heard: BufferedReader, to: str) -> bool:
        """Read a text; take it, and mostly say so."""
        while (words := heard.readline()) != b".\r\n":
            if not words:
                return False
        if not to:
            line.sendall(b"554 5.5.1 to nobody\r\n")
            return True
        mood = self.mood()
        if mood == "refuse":
            line.sendall(b"554 5.6.0 not such a text\r\n")
            return True
        if mood == "wait":
            line.sendall(b"451 4.3.0 wait\r\n")
            return True
        self.taken.append(to)
        if mood:
            self.drops += 1
            return False
        line.sendall(b"250 taken\r\n")
        return True


@contextmanager
def a_moody_server(dice: Random, badness: float) -> Iterator[Moody]:
    """Let it listen."""
    server = Moody(dice, badness)
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _address = listening.accept()
                threading.Thread(target=server.talk, args=[line], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield server
    server.is_over.set()
    listening.close()
