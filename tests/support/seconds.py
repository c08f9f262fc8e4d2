"""A clock that only ever grows, and only when a test lets it."""

from dataclasses import dataclass


@dataclass
class Seconds:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += seconds
