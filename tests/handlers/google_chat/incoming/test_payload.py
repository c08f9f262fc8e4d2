"""What Google sends, in two dialects, is one and the same event; and whatever else comes is none."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.google_chat.events import Dialect, Dialog, Event, Kind
from handlers.google_chat.payload import event_of
from tests.support import google_chat_events as sent
from tests.support.google_chat import SPACE

SAME = [
    pytest.param(lambda d: sent.clicked(d, verb="gate.approve", subject="g1"), Kind.CLICK, id="a click"),
    pytest.param(
        lambda d: sent.clicked(d, verb="gate.reject", subject="g1", dialog="SUBMIT_DIALOG", form={"reason": "p99"}),
        Kind.CLICK,
        id="a dialog",
    ),
    pytest.param(lambda d: sent.commanded(d, "why checkout"), Kind.COMMAND, id="a slash command"),
    pytest.param(lambda d: sent.picked(d, 2), Kind.COMMAND, id="a quick command"),
    pytest.param(lambda d: sent.mentioned(d, "why checkout"), Kind.MESSAGE, id="a message"),
    pytest.param(sent.added, Kind.ADDED, id="added"),
    pytest.param(sent.removed, Kind.REMOVED, id="removed"),
    pytest.param(sent.unheard_of, Kind.OTHER, id="something new"),
]


def read(event):
    """What is the same in both dialects: all but what Google calls it."""
    said = {name: getattr(event, name) for name in Event.__slots__ if name != "name"}
    return said | {"form": dict(event.form)}


@pytest.mark.parametrize(("make", "kind"), SAME)
def test_both_dialects_say_the_same(make, kind):
    add_on, classic = (event_of(make(dialect), dialect) for dialect in Dialect)

    assert add_on.kind is classic.kind is kind
    assert read(add_on) == read(classic)


@pytest.fixture(params=list(Dialect))
def dialect(request):
    return request.param


def test_a_dialog_brings_what_was_written_into_it(dialect):
    body = sent.clicked(
        dialect, verb="gate.reject", subject="g1", dialog="SUBMIT_DIALOG", form={"reason": "p99", "more": ""}
    )

    event = event_of(body, dialect)

    assert (event.verb, event.subject, event.dialog) == ("gate.reject", "g1", Dialog.SUBMITTED)
    assert event.form == {"reason": ("p99",), "more": ("",)}


def test_who_did_it_and_where_are_read(dialect):
    event = event_of(sent.commanded(dialect, "waiting", user="users/104"), dialect)

    assert (event.person.id, event.person.email, event.person.domain) == (
        "users/104",
        "guest@elsewhere.com",
        "C0THEIRS",
    )
    assert (event.place.space, event.place.thread, event.place.direct) == (SPACE, f"{SPACE}/threads/T1", False)
    assert (event.command, event.text) == (1, "waiting")


@pytest.mark.parametrize("user", ["users/105", "users/106"])
def test_bots_and_the_hidden_are_no_humans(dialect, user):
    assert not event_of(sent.commanded(dialect, "waiting", user=user), dialect).person.human


@pytest.mark.parametrize(
    "name", ["spaces/" + "x" * 101, "spaces/A B", "spaces/A/../B", "spaces/A\n", "<users/all>", ""]
)
def test_what_is_no_name_of_googles_names_nothing(dialect, name):
    event = event_of(sent.clicked(dialect, verb="gate.approve", subject="g1", space=name, message=name), dialect)

    assert (event.place.space, event.place.thread, event.message) == (None, None, None)


@pytest.mark.parametrize("number", [1, "1", "01"])
def test_a_commands_number_may_be_text(number):
    body = sent.commanded(Dialect.CLASSIC, "waiting")
    body["message"]["slashCommand"]["commandId"] = number

    assert event_of(body, Dialect.CLASSIC).command == 1


@pytest.mark.parametrize("number", [True, 1.5, None, "one", "-1", "9" * 30, {}])
def test_what_is_no_number_names_no_command(number):
    body = sent.picked(Dialect.ADD_ON, 1)
    body["chat"]["appCommandPayload"]["appCommandMetadata"]["appCommandId"] = number

    assert event_of(body, Dialect.ADD_ON).command is None


def test_a_click_of_the_old_form_has_its_parameters_in_a_list():
    body = sent.clicked(Dialect.CLASSIC, verb="gate.approve", subject="g1")
    del body["common"]["parameters"]

    assert (event_of(body, Dialect.CLASSIC).verb, event_of(body, Dialect.CLASSIC).subject) == ("gate.approve", "g1")


def test_events_that_differ_in_anything_have_keys_of_their_own(dialect):
    bodies = [
        sent.clicked(dialect, verb="gate.approve", subject="g1"),
        sent.clicked(dialect, verb="gate.reject", subject="g1"),
        sent.clicked(dialect, verb="gate.approve", subject="g2"),
        sent.clicked(dialect, verb="gate.approve", subject="g1", user="users/102"),
        sent.clicked(dialect, verb="gate.approve", subject="g1", at="2026-11-24T02:00:00.000002Z"),
        sent.clicked(dialect, verb="gate.approve", subject="g1", dialog="SUBMIT_DIALOG"),
        sent.clicked(dialect, verb="gate.approve", subject="g1", form={"reason": "x"}),
        sent.clicked(dialect, verb="gate.approve", subject="g1", space="spaces/BBBB"),
        sent.commanded(dialect, "waiting"),
        sent.commanded(dialect, "waiting", command=2),
        sent.commanded(dialect, "status"),
    ]

    assert len({event_of(body, dialect).key for body in bodies}) == len(bodies)


@pytest.mark.parametrize("body", [None, [], "x", 7, True])
def test_what_is_no_object_is_no_event(dialect, body):
    with pytest.raises(ValueError, match="object"):
        event_of(body, dialect)


@pytest.mark.parametrize("body", [{}, {"type": None}, {"type": 7}, {"type": {}}])
def test_a_classic_event_has_a_type(body):
    with pytest.raises(ValueError, match="type"):
        event_of(body, Dialect.CLASSIC)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@st.composite
def spoilt(draw):
    """An event with something else somewhere in it."""
    dialect = draw(st.sampled_from(Dialect))
    make = draw(st.sampled_from([param.values[0] for param in SAME]))
    body = json.loads(json.dumps(make(dialect)))
    inside = body
    while True:
        key = draw(st.sampled_from(sorted(inside)))
        if not isinstance(inside[key], dict) or not inside[key] or draw(st.booleans()):
            inside[key] = draw(ANYTHING)
            return dialect, body
        inside = inside[key]


@given(spoilt())
@settings(max_examples=200)
def test_whatever_stands_in_it_it_is_an_event_or_none(given_):
    dialect, body = given_

    try:
        event = event_of(body, dialect)
    except ValueError:
        return

    assert isinstance(event.key, str)
    assert all(isinstance(text, str) for text in (event.text, event.verb, event.subject, event.time))
