"""What people get wrong about Google Chat: the key, the address, the app's place in each space, the clock."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from bot.domain.finding import Finding, broken, caution, good, unknown
from bot.ports import Now
from bot.usecases.examine import Findings
from handlers.google_chat.access import CHAT, PUBSUB
from handlers.google_chat.calls import Api, MissingError, ask
from handlers.google_chat.certificates import FETCH_SECONDS, CertificatesAwayError, fetch
from handlers.google_chat.connection import Connection, GoogleChatSettings
from handlers.google_chat.events import Dialect
from handlers.google_chat.pubsub import URL as PUBSUB_URL
from handlers.google_chat.tokens import LEEWAY_SECONDS, issued_to
from handlers.google_chat.webhooks import WEBHOOK

AREA = "google_chat"

CONSUME = "pubsub.subscriptions.consume"

WRONG_METHOD = 405
HTTPS = "https://"

REGISTERED = {Dialect.ADD_ON: "a Workspace add-on", Dialect.CLASSIC: "a Chat app of old"}


async def examine(connection: Connection, *, routed: Iterable[str]) -> Findings:
    """Look at everything that the settings say of Google Chat.

    Args:
        routed: where routes lead to: `spaces/…`, `webhook/…`.
    """
    settings, places = connection.settings, sorted(set(routed))
    if connection.api is not None:
        yield await _key(connection)
        for finding in _who_counts(settings):
            yield finding
        if settings.subscription is None:
            async for finding in _way_in(connection):
                yield finding
        else:
            yield await _subscription(connection, settings.subscription)
        for space in places:
            if not space.startswith(WEBHOOK):
                yield await _space(connection.api, space)
    for webhook in places:
        if webhook.startswith(WEBHOOK):
            name = webhook.removeprefix(WEBHOOK)
            yield caution(AREA, f"The webhook {name} is one way: its cards have no buttons, and are never drawn anew.")


async def _key(connection: Connection) -> Finding:
    account = connection.settings.service_account
    email = account.email if account else ""
    try:
        await connection.access(CHAT).token()
    except ChatUnavailableError as error:
        mend = "Make a new key of the service account, see that the clock is right, and that Google can be reached."
        return broken(AREA, f"{error} (for {email}).", mend)
    return good(AREA, f"Google gives an access token to {email}.")


def _who_counts(settings: GoogleChatSettings) -> Iterator[Finding]:
    if settings.domains:
        yield good(AREA, f"People of {', '.join(sorted(settings.domains))} count, and nobody else.")
        return
    says = "No domains are named: whoever belongs to the organisation that owns a space counts there"
    if settings.direct:
        yield caution(
            AREA, f"{says}, in direct messages too.", "Name your organisation's domainId in chats.google_chat.domains."
        )
    else:
        yield good(AREA, f"{says}.")


async def _way_in(connection: Connection) -> Findings:
    settings = connection.settings
    issued = issued_to(settings.dialect, audience=settings.audience, agent=settings.agent)
    whose = issued.email or " or ".join(sorted(issued.issuers))
    said = f"The app is registered as {REGISTERED[settings.dialect]}: its tokens are for {issued.audience}, of {whose}."
    yield good(AREA, said)
    yield await _address(connection.session, settings.endpoint)
    async for finding in _google(connection, settings.certs_url or issued.certificates):
        yield finding


async def _address(session: aiohttp.ClientSession, endpoint: str) -> Finding:
    """Try our own address from here, with a method that acts on nothing and is not counted as an attempt."""
    if not endpoint.startswith(HTTPS):
        return broken(AREA, f"{endpoint} is no https address.", "Give server.public_url one; Google calls no others.")
    try:
        async with session.get(endpoint, allow_redirects=False) as response:
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        says = f"{endpoint} cannot be reached from here: {type(error).__name__}."
        return unknown(AREA, says, "See that it can be reached from the internet; from here it need not be.")
    if status == WRONG_METHOD:
        return good(AREA, f"{endpoint} is answered by the bot.")
    mend = "Let this path through to the bot unchanged, and see that the bot runs with chats.google_chat."
    return broken(AREA, f"{endpoint} answers {status}, so not the bot.", mend)


async def _google(connection: Connection, url: str) -> Findings:
    """Fetch the certificates, and compare clocks on the way."""
    try:
        verifiers, _ = await fetch(connection.session, url)
    except CertificatesAwayError as error:
        mend = "Let the bot reach it; without certificates nothing that Google sends can be believed."
        yield broken(AREA, f"Google's certificates cannot be fetched from {url}: {error}.", mend)
        return
    yield good(AREA, f"Google's certificates can be fetched, {len(verifiers)} of them.")
    yield await _clock(connection.session, url, connection.now)


async def _clock(session: aiohttp.ClientSession, url: str, now: Now) -> Finding:
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        async with session.get(url, allow_redirects=False, timeout=timeout) as response:
            google = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
        return unknown(AREA, "Google did not say what time it is.")
    apart = abs(now() - google)
    if apart <= timedelta(seconds=LEEWAY_SECONDS / 2):
        return good(AREA, "Our clock and Google's agree.")
    says = f"Our clock and Google's differ by {apart.total_seconds():.0f} s."
    if apart <= timedelta(seconds=LEEWAY_SECONDS):
        return caution(AREA, says, f"Set the clock; beyond {LEEWAY_SECONDS:.0f} s no token counts.")
    return broken(AREA, says, "Set the clock: tokens are refused as expired, or as made later than now.")


async def _subscription(connection: Connection, name: str) -> Finding:
    """Ask what may be done with it; a pull would take away what waits."""
    url, asked = f"{PUBSUB_URL}/v1/{name}:testIamPermissions", {"permissions": [CONSUME]}
    try:
        token = await connection.access(PUBSUB).token()
        found = await ask(connection.session, "POST", url, asked={}, body=asked, token=token)
    except (ChatUnavailableError, ChatRefusedError) as error:
        return broken(AREA, f"{name} cannot be asked: {error}.", "See that it exists and that Google can be reached.")
    if CONSUME not in (found.get("permissions") or ()):
        mend = "Grant the service account the role Pub/Sub Subscriber on the subscription."
        return broken(AREA, f"The service account may not take events from {name}.", mend)
    return caution(AREA, f"Events come from {name}: what is typed is answered, and cards have links, no buttons.")


async def _space(api: Api, space: str) -> Finding:
    try:
        found = await api.get(space)
    except MissingError:
        return _absent(space)
    except ChatRefusedError as error:
        return _absent(space, f" ({error})")
    except ChatUnavailableError as error:
        return unknown(AREA, f"Whether the app is in {space} could not be asked: {error}.")
    name = found.get("displayName")
    return good(AREA, f"The app is in {space}{f' ({name})' if name else ''}.")


def _absent(space: str, why: str = "") -> Finding:
    mend = "Open the space in Google Chat, then Apps & integrations, Add apps, and choose it; or mend the route."
    return broken(AREA, f"The app is not in {space}{why}, so no card is shown there.", mend)
