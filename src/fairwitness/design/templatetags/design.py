"""The components as template tags. Load them with {% load design %}."""

from fairwitness.design import alike, asking, desk, frame, telling
from fairwitness.design.library import register

__all__ = ["alike", "asking", "desk", "frame", "register", "telling"]
