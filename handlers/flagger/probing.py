"""What stands in front of a gate, tried as Flagger would: a POST that follows nothing.

The body is not that of a hook, so Pointsman refuses it with 400 and begins nothing.  Whatever else comes back was said
by something else: a login page, another service, a proxy.
"""

from http import HTTPStatus

import aiohttp

from bot.domain.finding import Finding, broken, good, unknown

PATIENCE = aiohttp.ClientTimeout(total=5)  # Seconds.
NO_HOOK = b"{}"
FOLLOWED = "Flagger follows it with a GET and takes the page it finds for a yes: every release is approved."


async def probe(session: aiohttp.ClientSession, url: str, *, area: str) -> Finding:
    """Try one hook.  Its URL is not told: there is a token in it."""
    try:
        async with session.post(url, data=NO_HOOK, headers=_JSON, allow_redirects=False, timeout=PATIENCE) as answer:
            ours = answer.content_type == "application/json" and b'"error"' in await answer.content.read(1024)
            return judged(answer.status, ours=ours, area=area)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        why = "it did not answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        return unknown(
            area,
            f"Its gates could not be reached from here: {why}.",
            "Run doctor where Flagger runs, in the pod of Pointsman for one; or see to the URL of the hooks.",
        )


_JSON = {"Content-Type": "application/json"}


def judged(status: int, *, ours: bool, area: str) -> Finding:
    """Understand an answer.

    Args:
        ours: it has the form of our refusals.
    """
    if ours and status == HTTPStatus.BAD_REQUEST:
        return good(area, "Its gates are reached, with a token that is known there, and nothing redirects on the way.")
    if ours and status == HTTPStatus.NOT_FOUND:
        return broken(
            area,
            "The Pointsman that its gates reach does not know their token: each question is answered 404, which is no.",
            "Put the token among hook_tokens and start it again, or wire with --cluster.",
        )
    if ours and status == HTTPStatus.SERVICE_UNAVAILABLE:
        return unknown(area, "Its gates reach a Pointsman that is not ready.", "Look again when /readyz says 200.")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return broken(
            area,
            f"Something in front of its gates answers with a redirect ({status}). {FOLLOWED}",
            "Let /hooks/ through without login or redirect, https to https, or use the address inside the cluster.",
        )
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return broken(
            area,
            f"What its gates reach is not Pointsman, and says {status} to what is no question:"
            f" {'a yes' if status <= HTTPStatus.ACCEPTED else 'a no'} to Flagger, whatever it asks.",
            "Let the hooks lead to Pointsman: `pointsman wire --url`.",
        )
    return broken(
        area,
        f"Something in front of its gates answers {status} in the place of Pointsman: they stay shut.",
        "Let /hooks/ through: the token in the path is what says who calls.",
    )
