"""What Google Chat sends, read into typed values; payload dicts end here, and so do the two dialects.  Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handlers.google_chat.events import Dialect, Dialog, Event, Kind, Person, Place
from handlers.google_chat.widgets import SUBJECT, VERB

Payload = Mapping[str, Any]

# Source: developers.google.com, reference of Chat's event types, and of the add-ons' event objects.
CLASSIC_KINDS = {
    "CARD_CLICKED": Kind.CLICK,
    "MESSAGE": Kind.MESSAGE,
    "APP_COMMAND": Kind.COMMAND,
    "ADDED_TO_SPACE": Kind.ADDED,
    "REMOVED_FROM_SPACE": Kind.REMOVED,
}
ADD_ON_KINDS = {
    "buttonClickedPayload": Kind.CLICK,
    "messagePayload": Kind.MESSAGE,
    "appCommandPayload": Kind.COMMAND,
    "addedToSpacePayload": Kind.ADDED,
    "removedFromSpacePayload": Kind.REMOVED,
}


# Google's names come on record and into the paths of calls: nothing else may stand for one.
_ID = "[A-Za-z0-9_-]{1,100}"
DOMAIN, USER, SPACE = _ID, f"users/{_ID}", f"spaces/{_ID}"
THREAD, MESSAGE = (f"{SPACE}/{inside}/[A-Za-z0-9_.=-]{{1,200}}" for inside in ("threads", "messages"))


def event_of(body: Any, dialect: Dialect) -> Event:
    """Read an event of the dialect.

    Raises:
        ValueError: it is none; the text says why, and repeats nothing of it.
    """
    if not isinstance(body, Mapping):
        raise ValueError("the body is not a JSON object")  # noqa: TRY004  One fault of reading.
    came_as = Dialect.ADD_ON if "chat" in body or "commonEventObject" in body else Dialect.CLASSIC
    if came_as is not dialect:
        raise ValueError(f"the event is of the dialect {came_as}, the settings say {dialect}")
    match dialect:
        case Dialect.ADD_ON:
            return _of_add_on(body)
        case Dialect.CLASSIC:
            return _of_classic(body)


def _of_classic(body: Payload) -> Event:
    name = body.get("type")
    if not isinstance(name, str):
        raise ValueError("the event has no type")  # noqa: TRY004
    message, common = _object(body, "message"), _object(body, "common")
    command = _number(_object(message, "slashCommand"), "commandId")
    if command is None:
        command = _number(_object(body, "appCommandMetadata"), "appCommandId")
    kind = CLASSIC_KINDS.get(name, Kind.OTHER)
    return _event(
        Kind.COMMAND if kind is Kind.MESSAGE and command is not None else kind,
        name,
        chat=body,
        payload=body,
        parameters=_parameters(_object(body, "action")) | dict(_texts(_object(common, "parameters"))),
        inputs=_object(common, "formInputs"),
        command=command,
    )


def _of_add_on(body: Payload) -> Event:
    chat, common = _object(body, "chat"), _object(body, "commonEventObject")
    name = next((key for key in chat if key.endswith("Payload")), "")
    payload = _object(chat, name)
    return _event(
        ADD_ON_KINDS.get(name, Kind.OTHER),
        name,
        chat=chat,
        payload=payload,
        parameters=dict(_texts(_object(common, "parameters"))),
        inputs=_object(common, "formInputs"),
        command=_number(_object(payload, "appCommandMetadata"), "appCommandId"),
    )


def _event(
    kind: Kind,
    name: str,
    *,
    chat: Payload,
    payload: Payload,
    parameters: Mapping[str, str],
    inputs: Payload,
    command: int | None,
) -> Event:
    """Put together what both dialects have, each at its own place.

    Args:
        chat: where person and time stand.
        payload: where message and space stand.
    """
    message = _object(payload, "message")
    space = _object(payload, "space") or _object(chat, "space") or _object(message, "space")
    person, of = _person(_object(chat, "user")), _text(message, "name")
    place = _place(person, space, _object(message, "thread") or _object(payload, "thread"))
    return Event(
        kind=kind,
        name=name,
        person=person,
        place=place,
        of_another_space=of is not None and not of.startswith(f"{place.space}/"),
        message=_name(message, "name", MESSAGE),
        on_answer=bool(_object(message, "privateMessageViewer")),
        command=command,
        text=_typed(message, is_command=kind is Kind.COMMAND),
        verb=parameters.get(VERB, ""),
        subject=parameters.get(SUBJECT, ""),
        dialog=_dialog(payload),
        form=dict(_form(inputs)),
        time=_text(chat, "eventTime") or "",
    )


def _person(user: Payload) -> Person:
    return Person(
        id=_name(user, "name", USER) or "",
        email=_text(user, "email"),
        domain=_name(user, "domainId", DOMAIN),
        human=user.get("type") == "HUMAN" and not user.get("isAnonymous"),
    )


def _place(person: Person, space: Payload, thread: Payload) -> Place:
    return Place(
        user=person.id,
        space=_name(space, "name", SPACE),
        direct=space.get("spaceType") == "DIRECT_MESSAGE" or space.get("type") == "DM",
        thread=_name(thread, "name", THREAD),
    )


def _dialog(payload: Payload) -> Dialog | None:
    if not payload.get("isDialogEvent"):
        return None
    try:
        return Dialog(payload.get("dialogEventType", ""))
    except ValueError:
        return None


_COMMAND = re.compile(r"\s*/\S+")


def _typed(message: Payload, *, is_command: bool) -> str:
    text = _text(message, "argumentText") or ""
    return (_COMMAND.sub("", text, count=1) if is_command and _COMMAND.match(text) else text).strip()


def _parameters(action: Payload) -> dict[str, str]:
    """Read the list in which the classic dialect has a button's parameters, beside `common.parameters`."""
    written = action.get("parameters")
    pairs = [one for one in written if isinstance(one, Mapping)] if isinstance(written, list) else []
    return {key: value for pair in pairs if (key := _text(pair, "key")) and (value := _text(pair, "value"))}


def _texts(given: Payload) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in given.items() if isinstance(value, str))


def _form(inputs: Payload) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in inputs:
        values = _object(_object(inputs, name), "stringInputs").get("value")
        if isinstance(values, list):
            yield name, tuple(value for value in values if isinstance(value, str))


def _object(given: Payload, key: str) -> Payload:
    value = given.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(given: Payload, key: str) -> str | None:
    value = given.get(key)
    return value if isinstance(value, str) and value else None


def _name(given: Payload, key: str, form: str) -> str | None:
    text = _text(given, key)
    return text if text is not None and re.fullmatch(form, text) else None


def _number(given: Payload, key: str) -> int | None:
    """Read a command's number: of slash commands it comes as text, of quick commands as a number."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if re.fullmatch(r"[0-9]{1,9}", str(value)) else None
