"""What people get wrong about the address of the bot: nobody there, somebody else, or a way that leaks."""

from urllib.parse import urlsplit

import aiohttp

from bot.domain.finding import Finding, broken, caution, good, unknown
from bot.usecases.examine import Findings

AREA = "server"
SECONDS = 5

OK, UNAVAILABLE = 200, 503
REDIRECTS = range(300, 400)

OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


async def examine(public_url: str, *, version: str) -> Findings:
    """Ask the public address who is there.

    Args:
        version: this one's.
    """
    yield _secrecy(public_url)
    limits = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=limits, trust_env=True) as session:
        there, finding = await _version(session, public_url, version)
        yield finding
        if there:
            yield await _readiness(session, public_url)


def _secrecy(public_url: str) -> Finding:
    parts = urlsplit(public_url)
    if parts.hostname in OWN_MACHINE:
        says = f"public_url is {public_url}: links on cards lead nowhere for anybody else."
        return caution(AREA, says, "Set `server.public_url` to where people reach the console.")
    if parts.scheme != "https":
        says = f"public_url is {public_url}: tokens and sessions can be read on their way."
        return caution(AREA, says, "Put TLS in front, and https into `server.public_url`.")
    return good(AREA, f"public_url is {public_url}.")


async def _version(session: aiohttp.ClientSession, public_url: str, own: str) -> tuple[bool, Finding]:
    """Whether the bot is there, and what to say of it."""
    try:
        async with session.get(f"{public_url}/version", allow_redirects=False) as response:
            status, body = response.status, await _object(response)
    except aiohttp.ClientConnectorCertificateError:
        says, mend = f"The certificate of {public_url} is not one to be trusted.", "Renew it, or mend its name."
        return False, broken(AREA, says, mend)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        says = f"Nobody answers at {public_url} ({type(error).__name__})."
        return False, unknown(
            AREA, says, "Start `pointsman serve`, and look whether the address leads there from here."
        )
    if status in REDIRECTS:
        says = f"{public_url} sends elsewhere, as to a sign-in page: hooks, chats and the API get no answer there."
        return False, broken(AREA, says, "Let /hooks, /slack, /google-chat and /api pass the proxy as they are.")
    if status != OK or "version" not in body:
        says = f"Somebody else answers at {public_url} (status {status})."
        return False, broken(AREA, says, "Mend `server.public_url`, or what stands in front of the bot.")
    if body["version"] != own:
        says = f"Version {body['version']} runs at {public_url}; this is {own}."
        return True, caution(AREA, says, "Run doctor of the same version.")
    return True, good(AREA, f"The bot answers at {public_url}.")


async def _readiness(session: aiohttp.ClientSession, public_url: str) -> Finding:
    try:
        async with session.get(f"{public_url}/readyz", allow_redirects=False) as response:
            parts = (await _object(response)).get("parts", {})
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return unknown(AREA, f"Whether it is ready was not answered ({type(error).__name__}).")
    away = [name for name, ready in parts.items() if not ready] if isinstance(parts, dict) else []
    if away:
        return broken(AREA, f"It runs, but is not connected: {', '.join(away)}.", "See below, and its log.")
    return good(AREA, "It is ready.")


async def _object(response: aiohttp.ClientResponse) -> dict[str, object]:
    found = await response.json(content_type=None) if response.status in {OK, UNAVAILABLE} else None
    return found if isinstance(found, dict) else {}
