"""Logs for operators: what went wrong and where in the code, never with whom or about what."""

import logging
import sys
import traceback


class QuietHandler(logging.StreamHandler):  # type: ignore[type-arg] # generic only in stubs
    """Writes the name of an error and the places it went through, never its message or values."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[0]:
            kind, _error, trace = record.exc_info
            places = " < ".join(
                f"{frame.name}:{frame.lineno}"
                for frame in reversed(traceback.extract_tb(trace)[-6:])
            )
            return f"{record.levelname} {record.name} {kind.__name__} in {places}"
        if record.name.startswith("django.request"):
            return f"{record.levelname} {record.name}"
        return super().format(record)


class FirstLine(logging.Formatter):
    """Keeps the first line: what follows in a server's own log is an error with its message."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).partition("\n")[0]
