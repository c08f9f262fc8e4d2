"""What Google Chat delivers, in both dialects: events as it writes them, and tokens signed with keys of our own."""

import base64
import functools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

from handlers.google_chat import Dialect
from tests.support.google_chat import SPACE

PROJECT = "1234567890"
AUDIENCE = "https://pointsman.example.com/google-chat/events"
AGENT = f"service-{PROJECT}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
CHAT = "chat@system.gserviceaccount.com"
DIRECT = "spaces/DM"
DOMAIN = "C0OURS"

PEOPLE: dict[str, dict[str, Any]] = {
    "users/101": {"email": "Ann@Example.com"},
    "users/102": {"email": "bob@example.com"},
    "users/103": {"email": "eve@example.com"},
    "users/104": {"email": "guest@elsewhere.com", "domainId": "C0THEIRS"},
    "users/105": {"email": "ann@example.com", "type": "BOT"},
    "users/106": {"email": "ann@example.com", "isAnonymous": True},
    "users/107": {},
}
"""What events say of people, beside the rest that is the same of all."""


@functools.cache
def key_pair(name: str) -> tuple[rsa.RSAPrivateKey, str]:
    """A key of its own for each name, and the certificate of it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(made)
        .not_valid_after(made + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM).decode()


def token(now: float, *, key: str = "k1", dialect: Dialect = Dialect.ADD_ON, **claims: Any) -> str:
    """A token as the dialect's events carry it; what is given as None is left out."""
    said: dict[str, Any] = {"iat": int(now), "exp": int(now) + 3600}
    match dialect:
        case Dialect.ADD_ON:
            said |= {"iss": "https://accounts.google.com", "aud": AUDIENCE, "email": AGENT, "email_verified": True}
        case Dialect.CLASSIC:
            said |= {"iss": CHAT, "aud": PROJECT}
    said = {name: value for name, value in (said | claims).items() if value is not None}
    pem = key_pair(key)[0].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signed: bytes = jwt.encode(crypt.RSASigner.from_string(pem, key), said)
    return signed.decode()


def unsigned(token: str) -> str:
    """The same claims, with `alg: none` and no signature."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "k1", "typ": "JWT"}).encode()).rstrip(b"=")
    return f"{header.decode()}.{token.split('.')[1]}."


@dataclass
class Google:
    """Where the certificates are.

    Attributes:
        keys: those that are published now.
        lasts: seconds that they count, as the header says.
        away: it answers 503.
        date: what time it says it is; None: as it is.
        fetched: how often it was asked.
    """

    url: str = ""
    keys: list[str] = field(default_factory=lambda: ["k1"])
    lasts: int = 3600
    away: bool = False
    fetched: int = 0
    body: Any = None
    date: datetime | None = None

    async def certificates(self, _request: web.Request) -> web.Response:
        self.fetched += 1
        if self.away:
            return web.Response(status=503)
        found = {name: key_pair(name)[1] for name in self.keys} if self.body is None else self.body
        headers = {"Cache-Control": f"public, max-age={self.lasts}, must-revalidate"}
        if self.date is not None:
            headers["Date"] = format_datetime(self.date, usegmt=True)
        return web.json_response(found, headers=headers)


@asynccontextmanager
async def running_google() -> AsyncIterator[Google]:
    google = Google()
    app = web.Application()
    app.add_routes([web.get("/certs", google.certificates)])
    async with TestServer(app) as server:
        google.url = f"http://127.0.0.1:{server.port}/certs"
        yield google


@dataclass(frozen=True)
class Happening:
    """What a person does in Chat, before it is written down in a dialect.

    Attributes:
        at: when, as Google writes it; two of the same are one event, sent twice.
        form: what was written into the dialog.
    """

    user: str = "users/101"
    space: str = SPACE
    at: str = "2026-11-24T02:00:00.000001Z"
    verb: str = ""
    subject: str = ""
    dialog: str | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    command: int | None = None
    message: str | None = None
    private: bool = False

    @property
    def person(self) -> dict[str, Any]:
        common = {"name": self.user, "displayName": "Somebody", "type": "HUMAN", "domainId": DOMAIN}
        return common | PEOPLE[self.user]

    @property
    def place(self) -> dict[str, Any]:
        direct = self.space == DIRECT
        kind = {"type": "DM", "spaceType": "DIRECT_MESSAGE"} if direct else {"type": "ROOM", "spaceType": "SPACE"}
        return {"name": self.space, "displayName": "Releases"} | kind

    @property
    def inputs(self) -> dict[str, Any]:
        return {name: {"stringInputs": {"value": [said]}} for name, said in self.form.items()}

    @property
    def posted(self) -> dict[str, Any]:
        """The message it is about."""
        name = self.message or f"{self.space}/messages/T1.M1"
        message = {"name": name, "space": self.place, "thread": {"name": f"{self.space}/threads/T1"}}
        return message | ({"privateMessageViewer": {"name": self.user}} if self.private else {})

    @property
    def typed(self) -> dict[str, Any]:
        return self.posted | {"sender": self.person, "text": f"@Pointsman {self.text}", "argumentText": f" {self.text}"}


def clicked(dialect: Dialect, **what: Any) -> dict[str, Any]:
    """A button, or a dialog's."""
    done = Happening(**what)
    parameters = {"verb": done.verb, "subject": done.subject}
    about = {"isDialogEvent": True, "dialogEventType": done.dialog} if done.dialog else {}
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(done, "buttonClickedPayload", {"message": done.posted} | about, parameters)
        case Dialect.CLASSIC:
            listed = [{"key": key, "value": value} for key, value in parameters.items()]
            action = {"actionMethodName": "pointsman", "parameters": listed}
            common = {"invokedFunction": "pointsman", "parameters": parameters, "formInputs": done.inputs}
            return _classic(done, "CARD_CLICKED", message=done.posted, action=action, common=common, **about)


def commanded(dialect: Dialect, text: str, *, command: int = 1, **what: Any) -> dict[str, Any]:
    """A slash command."""
    done = Happening(text=text, command=command, **what)
    typed = done.typed | {"text": f"/release {text}"}
    match dialect:
        case Dialect.ADD_ON:
            metadata = {"appCommandId": command, "appCommandType": "SLASH_COMMAND"}
            return _add_on(done, "appCommandPayload", {"appCommandMetadata": metadata, "message": typed})
        case Dialect.CLASSIC:
            return _classic(done, "MESSAGE", message=typed | {"slashCommand": {"commandId": str(command)}})


def picked(dialect: Dialect, command: int, **what: Any) -> dict[str, Any]:
    """A quick command, out of the menu."""
    done = Happening(command=command, **what)
    metadata = {"appCommandId": command, "appCommandType": "QUICK_COMMAND"}
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(done, "appCommandPayload", {"appCommandMetadata": metadata})
        case Dialect.CLASSIC:
            return _classic(done, "APP_COMMAND", appCommandMetadata=metadata)


def mentioned(dialect: Dialect, text: str, **what: Any) -> dict[str, Any]:
    """A message that names the bot, or is for it alone."""
    done = Happening(text=text, **what)
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(done, "messagePayload", {"message": done.typed})
        case Dialect.CLASSIC:
            return _classic(done, "MESSAGE", message=done.typed)


def added(dialect: Dialect, **what: Any) -> dict[str, Any]:
    done = Happening(**what)
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(done, "addedToSpacePayload", {"interactionAdd": bool(done.text)})
        case Dialect.CLASSIC:
            return _classic(done, "ADDED_TO_SPACE", **({"message": done.typed} if done.text else {}))


def removed(dialect: Dialect, **what: Any) -> dict[str, Any]:
    done = Happening(**what)
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(done, "removedFromSpacePayload", {})
        case Dialect.CLASSIC:
            return _classic(done, "REMOVED_FROM_SPACE")


def unheard_of(dialect: Dialect) -> dict[str, Any]:
    """An event of a type that this version does not know."""
    done = Happening()
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(done, "hologramPayload", {})
        case Dialect.CLASSIC:
            return _classic(done, "HOLOGRAM")


def _classic(done: Happening, kind: str, **more: Any) -> dict[str, Any]:
    common = {"type": kind, "eventTime": done.at, "user": done.person, "space": done.place, "token": "legacy"}
    return common | more


def _add_on(
    done: Happening, payload: str, given: Mapping[str, Any], parameters: Mapping[str, str] | None = None
) -> dict[str, Any]:
    common = {"hostApp": "CHAT", "platform": "WEB", "userLocale": "en", "parameters": dict(parameters or {})}
    return {
        "commonEventObject": common | {"formInputs": done.inputs},
        "authorizationEventObject": {"systemIdToken": "the token of the header again"},
        "chat": {"user": done.person, "eventTime": done.at, payload: {"space": done.place, **given}},
    }
