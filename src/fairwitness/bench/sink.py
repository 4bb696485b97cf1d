"""A mail server that takes everything and keeps nothing, in a process of its own."""

import socket
import sys
import threading

_GREETING = b"220 sink\r\n"
_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


def _talk(line: socket.socket) -> None:
    """Answer one sender, step by step (RFC 5321 §3)."""
    with line, line.makefile("rb") as heard:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(_GREETING)
        while words := heard.readline():
            verb = words[:4].upper()
            line.sendall(_ANSWERS.get(verb, b"250 fine\r\n"))
            if verb == b"DATA":
                while heard.readline() not in {b".\r\n", b""}:
                    pass
                line.sendall(b"250 taken\r\n")
            if verb == b"QUIT":
                return


def main() -> None:
    """Listen on this machine; say the port, then serve until killed."""
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    while True:
        line, _address = listening.accept()
        threading.Thread(target=_talk, args=[line], daemon=True).start()


if __name__ == "__main__":
    main()
