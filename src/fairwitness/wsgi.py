"""What a web server runs."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from fairwitness import databases
from fairwitness.environment import leave_no_core
from fairwitness.front.doorstep import Doorstep

leave_no_core()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairwitness.settings")
_house = get_wsgi_application()


def _answer(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a request. A page goes out whole, with its length; a file goes in pieces."""
    response: Any = _house(environ, start_response)
    if getattr(response, "streaming", True):
        return response  # type: ignore[no-any-return] # an iterable of bytes
    try:
        return [response.content]
    finally:
        response.close()


application = Doorstep(_answer)
databases.make_none()
