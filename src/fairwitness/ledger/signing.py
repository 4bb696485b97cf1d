"""The centre's own signer, whose seed lies beside the worker and nowhere else."""

from urllib.parse import urlsplit

from django.conf import settings

from fairwitness import environment
from fairwitness.ledger.notes import Signer


def signer() -> Signer:
    """Signs checkpoints and editions under the centre's host name."""
    seed = environment.secret(settings.SECRETS / "checkpoint.key")
    host = urlsplit(settings.BASE_URL).netloc or "localhost"
    return Signer(seed=seed, name=host)
