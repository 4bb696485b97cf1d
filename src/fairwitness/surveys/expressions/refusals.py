"""How the expression language says no."""

from fairwitness.refusal import Refused


class BadExpression(Refused):
    """An expression cannot be read; `at` is the place, counted in characters from 0."""

    def __init__(self, message: str, *, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


class Unsupported(BadExpression):
    """An expression uses something that Fairwitness does not have; `what` names it."""

    def __init__(self, what: str, *, at: int = 0) -> None:
        super().__init__(
            f"{what} is not supported here. Write the rule without it.", at=at
        )
        self.what = what


class TooCostly(Refused):
    """An expression would need more time or memory than a page may take."""
