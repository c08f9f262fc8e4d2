"""The command line's entry."""

from bot.cli import pointsman


def main() -> None:
    """Run `pointsman`."""
    pointsman()


if __name__ == "__main__":
    main()
