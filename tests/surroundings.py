"""The surroundings of the tests, set before Django reads its settings.

Each process of the tests has a centre folder of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# In memory where there is room: what a centre waits for on a disk, tests need not.
MEMORY = Path("/dev/shm")  # noqa: S108 # not a file of a fixed name
ROOM = 2**30


def _place() -> str | None:
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return str(MEMORY) if has_room and shutil.disk_usage(MEMORY).free > ROOM else None


HOME = Path(tempfile.mkdtemp(prefix="fairwitness-tests-", dir=_place()))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["FAIRWITNESS_DIR"] = str(HOME)
os.environ["FAIRWITNESS_SECRETS"] = str(HOME / "secrets")
os.environ["FAIRWITNESS_TRAINING"] = "yes"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # the browser's driver runs a loop
for name in ("FAIRWITNESS_URL", "KEYSTORE_URL", "EMAIL_HOST", "FAIRWITNESS_ESP"):
    os.environ.pop(name, None)
