"""The house's own settings and middleware, with the pages of the floor behind them."""

from fairwitness.settings import *  # noqa: F403 # all of them: that is what makes it the floor

ROOT_URLCONF = "fairwitness.bench.floors.urls"
