"""What a practice release comes to, as a person is told at the terminal."""

from enum import StrEnum


class Scene(StrEnum):
    READY = "the practice engine is ready"
    GOING = "the release begins, and goes to 60 % by itself"
    WAITING = "it waits for people: press a button on the card"
    PROMOTING = "approved: it is promoted"
    PROMOTED = "promoted; that is the end of the practice"
    ROLLED_BACK = "rolled back; that is the end of the practice"

    @property
    def last(self) -> bool:
        return self in {Scene.PROMOTED, Scene.ROLLED_BACK}
