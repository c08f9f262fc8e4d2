"""What Slack sends, read into typed values; payload dicts end here.  Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """From where something came, as Slack wrote it in."""

    team: str | None
    enterprise: str | None
    app: str | None
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is to be answered privately.

    Args:
        reply_to: a URL of Slack's that answers there, even where the bot is no member; for half an hour, five times.
        thread: the message under which it was, if that is in a thread.
    """

    user: str
    channel: str | None = None
    reply_to: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A button pressed.

    Args:
        on_answer: it stood on a private answer of ours, not on a card.
        trigger: opens a dialog, once, within three seconds.
    """

    action: str
    subject: str
    place: Place
    trigger: str
    on_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A dialog sent off.  `about` is what we had put in."""

    dialog: str
    about: str
    said: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A slash command."""

    command: str
    text: str
    place: Place


FIELDS = 100
"""A form of Slack's has some twenty."""


def body_of(raw: bytes, content_type: str) -> dict[str, Any]:
    """Read a request's body: JSON, or a form whose `payload` is JSON, or a form.

    Raises:
        ValueError: it is neither.
    """
    text = raw.decode()
    if content_type == "application/json" or text.startswith("{"):
        return _object(text)
    fields = parse_qs(text, keep_blank_values=True, max_num_fields=FIELDS)
    form = {name: values[0] for name, values in fields.items()}
    return _object(form["payload"]) if "payload" in form else form


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  One fault of reading.
    return found


def sender_of(body: Mapping[str, Any]) -> Sender:
    """Read who sent it.  In an organisation-wide installation the team may be told by the user alone."""
    user = body.get("user")
    user = user if isinstance(user, dict) else {}
    return Sender(
        team=_id(body.get("team")) or _id(body.get("team_id")) or _id(user.get("team_id")),
        enterprise=_id(body.get("enterprise")) or _id(body.get("enterprise_id")),
        app=_id(body.get("api_app_id")),
        user=_id(user.get("id")) or _id(body.get("user_id")),
    )


def _id(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def click_of(body: Mapping[str, Any]) -> Click:
    """Read a `block_actions` payload.  Channel, message and reply URL may be missing there."""
    button = body["actions"][0]
    container = body.get("container") or {}
    channel = _id(body.get("channel")) or _id(container.get("channel_id"))
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    return Click(
        action=str(button.get("action_id", "")),
        subject=str(button.get("value") or ""),
        trigger=str(body.get("trigger_id") or ""),
        on_answer=bool(container.get("is_ephemeral")),
        place=Place(
            user=body["user"]["id"],
            channel=channel,
            reply_to=body.get("response_url") or None,
            thread=thread if isinstance(thread, str) else None,
        ),
    )


def place_of(body: Mapping[str, Any]) -> Place | None:
    """Read where its sender can be answered, whatever it is; None: nobody waits for an answer."""
    if "actions" in body:
        return click_of(body).place
    if "view" in body:
        return submission_of(body).place
    return typed_of(body).place if "command" in body else None


def submission_of(body: Mapping[str, Any]) -> Submission:
    """Read a `view_submission` payload.  Its place is the one that was put in when the dialog was opened."""
    view = body["view"]
    about = json.loads(view.get("private_metadata") or "{}")
    fields = (view.get("state") or {}).get("values") or {}
    said = next((field.get("value") for block in fields.values() for field in block.values()), None)
    return Submission(
        dialog=str(view.get("callback_id", "")),
        about=str(about.get("about", "")),
        said=said or "",
        place=Place(
            user=body["user"]["id"],
            channel=about.get("channel"),
            reply_to=about.get("reply_to"),
            thread=about.get("thread"),
        ),
    )


def metadata_of(about: str, place: Place) -> str:
    """Write what comes back with the dialog: an opaque id with its verb, and where to answer."""
    kept = {"about": about, "channel": place.channel, "reply_to": place.reply_to, "thread": place.thread}
    return json.dumps({name: value for name, value in kept.items() if value})


def typed_of(body: Mapping[str, Any]) -> Typed:
    place = Place(user=body["user_id"], channel=body.get("channel_id"), reply_to=body.get("response_url") or None)
    return Typed(command=str(body.get("command", "")), text=as_typed(str(body.get("text") or "")), place=place)


_LINKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def as_typed(text: str) -> str:
    """Undo what Slack does to a command's text: `<@U1|ann>`, `<https://a.b|a.b>`, `&amp;`."""
    text = _LINKED.sub(_label, text)
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text


def _label(link: re.Match[str]) -> str:
    target, label = link[1], link[2]
    if target[:1] in {"@", "#"}:
        return target[0] + (label or target[1:]).removeprefix(target[0])
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    return label or target
