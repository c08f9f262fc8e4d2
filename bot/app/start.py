"""What keeps the bot from running at all."""


class StartError(Exception):
    """It cannot run at all; its text says why."""
