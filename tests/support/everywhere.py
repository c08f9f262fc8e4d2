"""The whole bot with every surface at once, and one way to press, type and look, whichever of them it is."""

import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from string import Template
from typing import Any, Protocol

from bot.domain.decision import Surface, Verb, Verdict
from handlers.google_chat import Dialect
from tests.support import google_chat, google_chat_answers, google_chat_events, slack, slack_events
from tests.support.google_chat_events import Google
from tests.support.running import SECRETS, SETTINGS, Bot, running_bot

PUBLIC_URL = "https://pointsman.example.com"

EVE = {"EVE_TOKEN": "eve-token-of-the-tests"}
TOKENS = {name: secret for name, secret in (SECRETS | EVE).items() if name.endswith("_TOKEN")}

OWN = (
    SETTINGS.replace("http://127.0.0.1:8080", PUBLIC_URL).replace("reason: never", "reason: on_reject")
    + "  - {name: eve, token: {env: EVE_TOKEN}, may: [read, decide], email: eve@example.com}\n"
)
EVERYWHERE = Template("""
chats:
  slack:
    {bot_token: {env: SLACK_TOKEN}, signing_secret: {env: SLACK_SECRET}, mode: http, team: T0TEAM, api_url: $SLACK/api/}
  google_chat:
    service_account: {env: CHAT_KEY}
    project_number: "1234567890"
    dialect: $DIALECT
    domains: [C0OURS]
    commands: {release: 1}
    api_url: $CHAT
    certs_url: $CERTS
routes:
  - {match: {namespace: shop}, to: [slack:C0RELEASES, google_chat:spaces/AAAA]}
""")


class Place(Protocol):
    """One surface, and people in front of it: ann and bob may decide, eve may not, and a stranger is none of ours.

    Attributes:
        surface: as the record names it.
    """

    surface: Surface

    async def press(self, verb: Verdict | Verb, *, by: str = "ann", reason: str = "") -> str:
        """Press a button of the newest release's card, through whatever it asks first; return what is told."""

    async def shown(self) -> str:
        """Everything that its card says."""

    async def offered(self) -> set[str]:
        """What can be pressed on it: `approve`, `roll_back` …"""

    async def history(self) -> list[str]:
        """What its details say happened to the newest release, without the times."""


@dataclass
class OnSlack:
    bot: Bot
    slack: slack.Slack
    surface: Surface = Surface.SLACK
    users: dict[str, str] = field(
        default_factory=lambda: {"ann": "U0ANN", "bob": "U0BOB", "eve": "U0EVE", "stranger": "U0GUEST"}
    )
    triggers: Any = field(default_factory=lambda: itertools.count(1))

    async def press(self, verb: Verdict | Verb, *, by: str = "ann", reason: str = "") -> str:
        kind, subject = await about(self.bot, verb)
        dialogs, told = len(self.slack.views), len(self.slack.private)
        body = slack_events.click(self.slack, f"{kind}.{verb}", subject, user=self.users[by], trigger=self._trigger())
        await self._send(body)
        if len(self.slack.views) > dialogs:
            faults = await self._send(slack_events.submission(self.slack.views[-1], reason, user=self.users[by]))
            if faults:
                return faults
        while len(self.slack.private) == told:
            self.slack.told.clear()
            await self.slack.told.wait()
        return json.dumps(self.slack.private[-1], ensure_ascii=False)

    async def type(self, line: str, *, by: str = "ann") -> str:
        return await self._send(slack_events.typed(self.slack, line, user=self.users[by], trigger=self._trigger()))

    async def shown(self) -> str:
        return json.dumps(self.slack.cards()[-1], ensure_ascii=False)

    async def offered(self) -> set[str]:
        return set(re.findall(r'"action_id": "(?:gate|release)\.(\w+)', await self.shown()))

    async def history(self) -> list[str]:
        release = (await self.bot.newest()).id
        await self._send(slack_events.click(self.slack, "card.details", release, trigger=self._trigger()))
        texts = [block["text"]["text"] for block in self.slack.views[-1]["blocks"] if block["type"] == "section"]
        lines = "\n".join(texts).partition("*What happened*\n")[2].splitlines()
        return [re.sub(r"^<!date.*?> ", "", line) for line in lines]

    async def _send(self, body: str) -> str:
        sent = slack_events.signed(body, at=self.bot.clock.now.timestamp())
        answer = await self.bot.client.post("/slack/events", data=body, headers=sent)
        assert answer.status == 200, answer.status
        return await answer.text()

    def _trigger(self) -> str:
        return f"1.{next(self.triggers)}"


@dataclass
class OnGoogleChat:
    bot: Bot
    chat: google_chat.GoogleChat
    dialect: Dialect
    surface: Surface = Surface.GOOGLE_CHAT
    users: dict[str, str] = field(
        default_factory=lambda: {"ann": "users/101", "bob": "users/102", "eve": "users/103", "stranger": "users/104"}
    )
    moments: Any = field(default_factory=lambda: itertools.count(1))

    async def press(self, verb: Verdict | Verb, *, by: str = "ann", reason: str = "") -> str:
        kind, subject = await about(self.bot, verb)
        asked, told = f"{kind}.{verb}", len(self.chat.private())
        if verb is Verdict.TAKE_BACK:  # It stands on the receipt, and asks nothing first.
            return (await self._click(asked, subject, by=by, private=True)).words
        dialog = await self._click(asked, subject, by=by, dialog="REQUEST_DIALOG")
        if not dialog.buttons:
            return dialog.words
        sent = await self._click(asked, subject, by=by, dialog="SUBMIT_DIALOG", form={"reason": reason})
        if sent.closed is None:
            return sent.words
        await self.chat.until(lambda: len(self.chat.private()) > told)
        return json.dumps(self.chat.private()[-1], ensure_ascii=False)

    async def type(self, line: str, *, by: str = "ann") -> str:
        body = google_chat_events.commanded(self.dialect, line, user=self.users[by], at=self._moment())
        return (await self._send(body)).words

    async def shown(self) -> str:
        return json.dumps(self.chat.cards()[-1], ensure_ascii=False)

    async def offered(self) -> set[str]:
        return set(re.findall(r'"value": "(?:gate|release)\.(\w+)', await self.shown()))

    async def history(self) -> list[str]:
        release = (await self.bot.newest()).id
        dialog = (await self._click("card.details", release, by="ann", dialog="REQUEST_DIALOG")).dialog
        assert dialog is not None
        told = next(part for part in dialog["sections"] if part.get("header") == "What happened")
        return [without_time(unescape(line)) for line in told["widgets"][0]["textParagraph"]["text"].split("<br>")]

    async def _click(self, verb: str, subject: str, *, by: str, **what: Any) -> google_chat_answers.Answered:
        more = {"user": self.users[by], "at": self._moment()}
        return await self._send(google_chat_events.clicked(self.dialect, verb=verb, subject=subject, **more, **what))

    async def _send(self, body: dict[str, Any]) -> google_chat_answers.Answered:
        proof = google_chat_events.token(self.bot.clock.now.timestamp(), dialect=self.dialect)
        headers = {"Authorization": f"Bearer {proof}"}
        answer = await self.bot.client.post("/google-chat/events", json=body, headers=headers)
        assert answer.status == 200, answer.status
        return google_chat_answers.understood(self.dialect, await answer.json())

    def _moment(self) -> str:
        return f"2026-03-02T09:00:00.{next(self.moments):06}Z"


@dataclass
class OnConsole:
    bot: Bot
    surface: Surface = Surface.CONSOLE
    cookies: dict[str, str] = field(default_factory=dict)

    async def press(self, verb: Verdict | Verb, *, by: str = "ann", reason: str = "") -> str:
        kind, subject = await about(self.bot, verb)
        csrf = re.search(r'name="csrf" value="([^"]+)"', await self._page(by))
        if csrf is None:
            return "not signed in"
        path, form = f"/{kind}s/{subject}/decisions", {"csrf": csrf[1], "decision": str(verb), "reason": reason}
        headers = {"Cookie": self.cookies[by]}
        answer = await self.bot.client.post(path, data=form, headers=headers, allow_redirects=False)
        if answer.status != 303:
            return read(await answer.text())
        back = await self.bot.client.get(answer.headers["Location"], headers=headers)
        return read(await back.text())

    async def type(self, line: str, *, by: str = "ann") -> str:
        """Type a line; return the page."""
        cookie = {"Cookie": await self._cookie(by)}
        page = await (await self.bot.client.get("/commands", headers=cookie)).text()
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        assert csrf is not None, "not signed in"
        answer = await self.bot.client.post("/commands", data={"csrf": csrf[1], "text": line}, headers=cookie)
        return await answer.text()

    async def shown(self) -> str:
        return read(await self._page("ann"))

    async def offered(self) -> set[str]:
        return set(re.findall(r'name="decision" value="(\w+)"', await self._page("ann")))

    async def history(self) -> list[str]:
        told = re.search(r'<ol class="story">(.*?)</ol>', await self._page("ann"), re.DOTALL)
        assert told is not None
        return [without_time(read(line)) for line in re.findall(r"<li>(.*?)</li>", told[1], re.DOTALL)]

    async def _page(self, by: str) -> str:
        release, cookie = (await self.bot.newest()).id, await self._cookie(by)
        return await (await self.bot.client.get(f"/releases/{release}", headers={"Cookie": cookie})).text()

    async def _cookie(self, by: str) -> str:
        if by not in self.cookies:
            secret = {"token": TOKENS.get(f"{by.upper()}_TOKEN", "none")}
            answer = await self.bot.client.post("/sign-in", data=secret, allow_redirects=False)
            self.cookies[by] = answer.headers.get("Set-Cookie", "").partition(";")[0]
        return self.cookies[by]


def without_time(line: str) -> str:
    """`24 Nov 02:00:51 UTC it began`: what it says."""
    return line.partition(" UTC ")[2]


def read(page: str) -> str:
    """What stands on a page, as people read it."""
    return " ".join(unescape(re.sub(r"<(style|script)[^>]*>.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)).split())


async def about(bot: Bot, verb: Verdict | Verb) -> tuple[str, str]:
    """What the verb is about, of the newest release: a gate or itself."""
    release = await bot.newest()
    return ("gate", release.gates[-1].id) if isinstance(verb, Verdict) else ("release", release.id)


@dataclass
class Everywhere:
    bot: Bot
    slack: OnSlack
    google_chat: OnGoogleChat
    console: OnConsole

    @property
    def places(self) -> tuple[Place, ...]:
        return self.slack, self.google_chat, self.console

    async def deliver(self) -> None:
        """Carry everything outside, with time enough between two cards of one place."""
        self.bot.clock.pass_(seconds=5)
        self.bot.monotonic[0] += 60
        await self.bot.deliver()


@asynccontextmanager
async def running_everywhere(
    url: str, chat: google_chat.GoogleChat, to_slack: slack.Slack, google: Google, dialect: Dialect
) -> AsyncIterator[Everywhere]:
    """Run the bot with every surface; its people are the same on each."""
    secrets = {"SLACK_TOKEN": "xoxb-of-the-tests", "SLACK_SECRET": slack.SECRET, "CHAT_KEY": chat.key_file} | EVE
    places = {"SLACK": to_slack.url, "CHAT": chat.url, "CERTS": google.url, "DIALECT": str(dialect)}
    text = OWN + EVERYWHERE.substitute(places)
    async with running_bot(url, settings=text, secrets=secrets) as bot:
        yield Everywhere(bot, OnSlack(bot, to_slack), OnGoogleChat(bot, chat, dialect), OnConsole(bot))
