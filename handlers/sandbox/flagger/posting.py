"""The engine's HTTP, with the manners of Go's client and its retries: a redirect is followed, and may approve."""

from http import HTTPStatus

import aiohttp

from handlers.sandbox.flagger.calls import Answer, Call
from handlers.sandbox.flagger.ticker import Sleep

LONGEST_BACKOFF_SECONDS = 30.0
MOST_REDIRECTS = 10


async def post(session: aiohttp.ClientSession, call: Call, *, sleep: Sleep) -> Answer:
    """Make the call, again if the hook has retries and the trouble may pass.

    Source: hashicorp/go-retryablehttp DefaultRetryPolicy, DefaultBackoff; Retry-After is not looked at
    """
    attempts = 1 + call.hook.retries
    backoff_seconds = 1.0
    for attempt in range(1, attempts + 1):
        answer = await _attempt(session, call)
        if not _may_pass(answer.status):
            return answer
        if attempt < attempts:
            await sleep(backoff_seconds)
            backoff_seconds = min(LONGEST_BACKOFF_SECONDS, backoff_seconds * 2)
    given_up = f"POST {call.hook.url} giving up after {attempts} attempt(s)"
    return Answer(answer.status, f"{given_up}: {answer.text}" if answer.status is None else given_up)


async def _attempt(session: aiohttp.ClientSession, call: Call) -> Answer:
    """POST once.  A 301, 302 or 303 goes on as a GET without body, which is aiohttp's way too."""
    timeout = aiohttp.ClientTimeout(total=call.hook.timeout.total_seconds())
    sent = session.post(call.hook.url, json=call.body, timeout=timeout, max_redirects=MOST_REDIRECTS)
    try:
        async with sent as response:
            return Answer(response.status, await response.text(errors="replace"))
    except (aiohttp.ClientError, TimeoutError) as error:
        return Answer(None, str(error) or type(error).__name__)


def _may_pass(status: int | None) -> bool:
    if status is None or status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
