"""What Slack sends, understood."""

import json
from urllib.parse import urlencode

import pytest

from handlers.slack.payload import (
    Place,
    Sender,
    as_typed,
    body_of,
    click_of,
    metadata_of,
    place_of,
    sender_of,
    submission_of,
)


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        pytest.param("approve shop/checkout", "approve shop/checkout", id="plain"),
        pytest.param("reject #142 see <@U123|bob>", "reject #142 see @bob", id="a person"),
        pytest.param("who <@U123>", "who @U123", id="a person without a name"),
        pytest.param("reject #1 as in <#C1|ops>", "reject #1 as in #ops", id="a channel"),
        pytest.param("reject #1 in <#C1|>", "reject #1 in #C1", id="a private channel"),
        pytest.param("reject #1 <!subteam^S1|@sre>", "reject #1 @sre", id="a group"),
        pytest.param("reject #1 <!here>", "reject #1 @here", id="everybody"),
        pytest.param(
            "status <http://shop.checkout|shop.checkout>", "status shop.checkout", id="a name taken for a link"
        ),
        pytest.param("reject #1 <https://a.example/x>", "reject #1 https://a.example/x", id="a link"),
        pytest.param("reject #1 a &lt; b &amp;&amp; c &gt; d", "reject #1 a < b && c > d", id="entities"),
        pytest.param("reject #1 &amp;lt;", "reject #1 &lt;", id="an entity that was typed"),
    ],
)
def test_a_commands_text_is_read_as_it_was_typed(sent, typed):
    assert as_typed(sent) == typed


def test_a_body_is_json_or_a_form_or_json_in_a_form():
    assert body_of(b'{"type": "x"}', "application/json") == {"type": "x"}
    assert body_of(b"command=%2Frelease&text=", "application/x-www-form-urlencoded") == {
        "command": "/release",
        "text": "",
    }
    assert body_of(urlencode({"payload": '{"a": 1}'}).encode(), "application/x-www-form-urlencoded") == {"a": 1}


@pytest.mark.parametrize(
    "raw", [b"{", b"payload=%7B", b"payload=[]", b"\xff\xfe", b"payload=" + b"[" * 100_000, b"a=1&" * 200]
)
def test_what_is_neither_is_refused(raw):
    with pytest.raises(ValueError):
        body_of(raw, "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        pytest.param(
            {"team": {"id": "T1"}, "user": {"id": "U1"}, "api_app_id": "A1"},
            Sender(team="T1", enterprise=None, app="A1", user="U1"),
            id="a click",
        ),
        pytest.param(
            {"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "T1"}, "api_app_id": "A1"},
            Sender(team="T1", enterprise="E1", app="A1", user="U1"),
            id="a click in an organisation",
        ),
        pytest.param(
            {"team_id": "T1", "enterprise_id": "E1", "user_id": "U1", "api_app_id": "A1"},
            Sender(team="T1", enterprise="E1", app="A1", user="U1"),
            id="a command",
        ),
        pytest.param({"team": 7, "user": "x"}, Sender(team=None, enterprise=None, app=None, user=None), id="nonsense"),
    ],
)
def test_who_sent_it_is_read_from_where_it_stands(body, sender):
    assert sender_of(body) == sender


def test_a_click_may_lack_nearly_everything():
    click = click_of({"user": {"id": "U1"}, "actions": [{"action_id": "gate.approve", "value": "G1"}]})

    assert (click.action, click.subject, click.trigger) == ("gate.approve", "G1", "")
    assert click.place == Place(user="U1")


def test_what_is_put_into_a_dialog_comes_back_with_it():
    place = Place(user="U1", channel="C1", reply_to="https://slack.example/x", thread="1.2")
    view = {"callback_id": "reason", "private_metadata": metadata_of("gate.reject:G1", place)}
    said = {"state": {"values": {"reason": {"reason": {"value": "too slow"}}}}}

    submission = submission_of({"user": {"id": "U1"}, "view": view | said})

    assert (submission.about, submission.said, submission.place) == ("gate.reject:G1", "too slow", place)
    assert place_of({"user": {"id": "U1"}, "view": view | said}) == place


def test_an_empty_field_is_no_reason():
    view = {
        "private_metadata": json.dumps({"about": "x"}),
        "state": {"values": {"reason": {"reason": {"value": None}}}},
    }

    assert submission_of({"user": {"id": "U1"}, "view": view}).said == ""


def test_an_event_has_nobody_to_answer():
    assert place_of({"type": "event_callback", "event": {"type": "app_uninstalled"}}) is None
