"""Text files that people own: read as they are, written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import unified_diff
from pathlib import Path

LARGEST = 16 * 1024 * 1024
"""Bytes of a file that is read."""


class FileError(Exception):
    """It cannot be read or written; the text says which and why."""


def decoded(content: bytes, name: str) -> str:
    if len(content) > LARGEST:
        raise FileError(f"{name}: is larger than {LARGEST // 1024**2} MiB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError(f"{name}:{line}: is not text in UTF-8") from error


def read_text(path: Path) -> str:
    """Read a text with its line ends as they are.

    Raises:
        FileError: it is no file, no text, or too large.
    """
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from error
    return decoded(content, str(path))


def write_text(path: Path, text: str) -> None:
    """Put a text in the place of another; whoever reads meanwhile sees the one or the other whole.

    Raises:
        FileError: nothing was changed.
    """
    target = path.resolve()  # A link goes on leading to what it led to.
    try:
        with _beside(target) as new:
            new.write_bytes(text.encode())
            new.chmod(target.stat().st_mode)
            _to_disk(new)
            new.replace(target)
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a new file on the same disk, which is gone afterwards unless it was moved."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(number)
    try:
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _to_disk(path: Path) -> None:
    with path.open("rb") as opened:
        os.fsync(opened.fileno())


def difference(old: str, new: str, name: str) -> Iterator[str]:
    """Tell two texts apart, line by line, in the form that `patch` reads; nothing where they are the same."""
    for line in unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
