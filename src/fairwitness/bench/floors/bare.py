"""The same server with no middleware at all: how far Django's bare view is away."""

from fairwitness.bench.floors.settings import *  # noqa: F403 # all but the middleware

MIDDLEWARE = []
