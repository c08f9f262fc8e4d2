"""The whole bot on SQLite, in this process; tests that must run on both databases say so."""

import pytest


@pytest.fixture
def body():
    """Make a hook's body; a test names only what it is about."""

    def make(**fields):
        common = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "78bbfb4c47"}
        return {key: value for key, value in (common | fields).items() if value is not None}

    return make


@pytest.fixture
def event(body):
    """Make an event's body, sent so many seconds after the story began."""

    def make(message, *, seconds=0, type_="Normal", **fields):
        stamp = str(1_772_442_000_000 + int(seconds * 1000))
        return body(metadata={"eventMessage": message, "eventType": type_, "timestamp": stamp}, **fields)

    return make
