"""Addresses of pictures that anybody can open who was given one, for a while: signed, as they lead past every sign-in.

What is signed is the period that is drawn and until when; nothing in it is secret, and no other picture is reached.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.figures.insights import Period
from bot.ports import Now, SigningKey

PATH = "/pictures/"

LASTS = timedelta(days=7)
"""Chats ask for a picture again when somebody scrolls back to it."""

_PURPOSE = b"pointsman picture 1:"
"""Signed with it, so that no signature of ours is taken for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLinks:
    """Raises: RecordsUnavailableError."""

    signing_key: SigningKey
    now: Now
    public_url: str

    async def link(self, period: Period) -> str:
        """Make an address of the chart of this period."""
        written = _written(period, until=self.now() + LASTS)
        return f"{self.public_url}{PATH}{written}.{_signature(await self.signing_key(), written)}.png"

    async def read(self, name: str) -> Period | None:
        """Tell what an address of ours names; None: it is not ours, or its time is over."""
        written, _, rest = name.partition(".")
        signature, _, kind = rest.partition(".")
        if kind != "png" or not name.isascii():
            return None
        if not hmac.compare_digest(signature, _signature(await self.signing_key(), written)):
            return None
        period, until = _read(written)
        return period if self.now() < until else None


def _written(period: Period, *, until: datetime) -> str:
    fields = [int(at.timestamp()) for at in (period.start, period.end, until)]
    return base64.urlsafe_b64encode(json.dumps([*fields, period.zone]).encode()).decode().rstrip("=")


def _read(written: str) -> tuple[Period, datetime]:
    """Read what was signed: it has the form that we gave it."""
    *seconds, zone = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    start, end, until = (datetime.fromtimestamp(at, tz=UTC) for at in seconds)
    return Period(start=start, end=end, zone=zone), until


def _signature(key: bytes, written: str) -> str:
    return hmac.new(key, _PURPOSE + written.encode(), hashlib.sha256).hexdigest()
