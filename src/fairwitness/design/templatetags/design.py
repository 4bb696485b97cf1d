"""The components as template tags. Load them with {% load design %}."""

from fairwitness.design import asking, desk, frame, telling
from fairwitness.design.library import register

__all__ = ["asking", "desk", "frame", "register", "telling"]
