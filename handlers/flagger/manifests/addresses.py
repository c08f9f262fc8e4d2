"""Where a hook's URL leads: to us, to a loadtester, to a chat, or elsewhere."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Leads(StrEnum):
    HOOK = "hook"  # Ours: /hooks/TOKEN/flagger/…
    GATE = "gate"  # Ours, on a path as flagger-loadtester has it: /hooks/TOKEN/gate/…
    ASTRAY = "astray"  # Ours, and nothing is served there.
    LOADTESTER = "loadtester"
    CHAT = "chat"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"  # It is no URL.


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL as far as it matters here.

    Args:
        base: what stands before our path, without a slash at its end.
        path: what is asked, such as `confirm-promotion` or `gate/check`; empty where it is not ours nor a loadtester's.
    """

    leads: Leads
    base: str = ""
    token: str = ""
    path: str = ""

    @property
    def ours(self) -> bool:
        return self.leads in {Leads.HOOK, Leads.GATE, Leads.ASTRAY}


_OURS = re.compile(r"(?P<base>.*?)/hooks(?:/(?P<token>[^/]*)(?:/(?P<path>.*))?)?")
# Source: fluxcd/flagger pkg/loadtester/server.go.
_LOADTESTER = re.compile(r"/(gate/(?:check|open|close|approve|halt)|rollback/(?:check|open|close))/?")
_CHATS = re.compile(
    r"hooks\.slack\.com|chat\.googleapis\.com|discord(?:app)?\.com|outlook\.office(?:365)?\.com"
    r"|.*\.webhook\.office\.com|.*\.logic\.azure\.com|.*\.powerplatform\.com"
)


def address_of(url: str) -> Address:
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return Address(leads=Leads.NOWHERE)
    if parts.scheme not in {"http", "https"} or not host:
        return Address(leads=Leads.NOWHERE)
    if _CHATS.fullmatch(host):
        return Address(leads=Leads.CHAT)
    if (found := _OURS.fullmatch(parts.path)) is not None:
        base = f"{parts.scheme}://{parts.netloc}{found['base']}"
        return _within(base, found["token"] or "", found["path"] or "")
    if (gate := _LOADTESTER.fullmatch(parts.path)) is not None:
        return Address(leads=Leads.LOADTESTER, path=gate[1])
    return Address(leads=Leads.ELSEWHERE)


def hook_url(base: str, token: str, hook: str) -> str:
    return f"{base}/hooks/{token}/flagger/{hook}"


def _within(base: str, token: str, path: str) -> Address:
    if (hook := path.removeprefix("flagger/")) != path:
        return Address(leads=Leads.HOOK, base=base, token=token, path=hook)
    leads = Leads.GATE if _LOADTESTER.fullmatch(f"/{path}") else Leads.ASTRAY
    return Address(leads=leads, base=base, token=token, path=path)
