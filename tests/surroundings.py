"""The surroundings of the tests, set before Django reads its settings.

Each process of the tests has a centre folder of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="fairwitness-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["FAIRWITNESS_DIR"] = str(HOME)
os.environ["FAIRWITNESS_SECRETS"] = str(HOME / "secrets")
os.environ["FAIRWITNESS_TRAINING"] = "yes"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # the browser's driver runs a loop
for name in ("FAIRWITNESS_URL", "KEYSTORE_URL", "EMAIL_HOST"):
    os.environ.pop(name, None)
