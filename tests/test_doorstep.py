"""What a request brings is taken in whole, and bounded, before anybody works on it."""

from io import BytesIO
from threading import Event, Thread

import pytest

from fairwitness.front import doorstep
from fairwitness.front.doorstep import REFUSED, Doorstep, brings_something, read_whole


def arrived(source, **environ):
    """What the application is handed."""
    handed = {}
    told = {"wsgi.input": source, "CONTENT_LENGTH": "9", **environ}

    def application(taken, _start):
        handed.update(taken)
        return []

    Doorstep(application)(told, None)
    return handed


def test_a_body_is_handed_on_as_it_came():
    handed = arrived(BytesIO(b"text=abc"))

    assert handed["wsgi.input"].read() == b"text=abc"
    assert handed["CONTENT_LENGTH"] == "8"
    assert REFUSED not in handed


def test_a_body_in_pieces_gets_its_length():
    whole = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}

    assert arrived(BytesIO(b"text=abc"), **whole)["CONTENT_LENGTH"] == "8"
    assert not brings_something({"CONTENT_LENGTH": "0"})


def test_of_a_body_that_is_too_large_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(doorstep, "LARGEST", 10)

    handed = arrived(BytesIO(b"a" * 11))

    assert handed[REFUSED] == 413
    assert handed["wsgi.input"].read() == b""


def test_a_body_without_end_is_given_up(monkeypatch):
    class Endless:
        def read(self, size):
            return b"a" * size

    monkeypatch.setattr(doorstep, "LARGEST", 10)

    assert read_whole(Endless()) == (413, b"")


def test_a_body_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(doorstep, "LONGEST", -1.0)

    assert arrived(BytesIO(b"a"))[REFUSED] == 408


def test_only_some_threads_wait_for_bodies_and_pages_need_none(monkeypatch):
    class Never:
        def __init__(self):
            self.begun, self.end = Event(), Event()

        def read(self, _size):
            self.begun.set()
            self.end.wait(10)
            return b""

    monkeypatch.setattr(doorstep, "PATIENCE", 0.01)
    answers = []

    def application(taken, _start):
        answers.append(taken.get(REFUSED))
        return []

    house = Doorstep(application)
    slow = [Never() for _ in range(doorstep.AT_ONCE)]
    threads = [
        Thread(target=house, args=({"wsgi.input": one, "CONTENT_LENGTH": "9"}, None))
        for one in slow
    ]
    for thread, one in zip(threads, slow, strict=True):
        thread.start()
        assert one.begun.wait(5)

    house({"wsgi.input": BytesIO(b"a"), "CONTENT_LENGTH": "1"}, None)
    house({"wsgi.input": BytesIO(), "CONTENT_LENGTH": ""}, None)

    assert answers == [503, None]
    for thread, one in zip(threads, slow, strict=True):
        one.end.set()
        thread.join()
    house({"wsgi.input": BytesIO(b"a"), "CONTENT_LENGTH": "1"}, None)
    assert answers[-1] is None


@pytest.mark.parametrize("refused", [408, 413, 503])
def test_whoever_is_refused_reads_why_in_a_page_with_every_header(client, refused):
    response = client.get("/", **{REFUSED: refused})

    assert response.status_code == refused
    page = response.content.decode()
    assert "took too long to arrive" in page
    assert "what you wrote is still there" in page
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in response.headers
