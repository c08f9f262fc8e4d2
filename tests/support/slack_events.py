"""What Slack sends: clicks, dialogs and typed commands, signed as Slack signs them."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from tests.support.slack import APP, CHANNEL, SECRET, TEAM, Slack


def signed(body: str, *, at: float, secret: str = SECRET) -> dict[str, str]:
    """The headers of a request of Slack's, signed at so many seconds of Unix time."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def click(slack: Slack, action: str, subject: str, *, user: str = "U0ANN", trigger: str = "1.1", **more: Any) -> str:
    """The body of a click."""
    return _form(click_payload(slack, action, subject, user=user, trigger=trigger) | more)


def click_payload(
    slack: Slack, action: str, subject: str, *, user: str = "U0ANN", trigger: str = "1.1"
) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "api_app_id": APP,
        "user": {"id": user, "team_id": TEAM},
        "container": {"type": "message", "message_ts": "1000.000100", "channel_id": CHANNEL},
        "channel": {"id": CHANNEL},
        "trigger_id": trigger,
        "response_url": f"{slack.url}/reply",
        "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": subject}],
    }


def _form(payload: dict[str, Any]) -> str:
    return urlencode({"payload": json.dumps(payload)})


def submission(view: dict[str, Any], said: str, *, user: str = "U0ANN") -> str:
    """The body of a dialog sent off."""
    state = {"values": {"reason": {"reason": {"type": "plain_text_input", "value": said}}}}
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "api_app_id": APP,
        "user": {"id": user, "team_id": TEAM},
        "view": view | {"id": "V1", "state": state},
    }
    return _form(payload)


def typed(slack: Slack, text: str, *, user: str = "U0ANN", trigger: str = "2.1") -> str:
    """The body of a slash command."""
    return urlencode(
        {
            "command": "/release",
            "text": text,
            "user_id": user,
            "channel_id": CHANNEL,
            "team_id": TEAM,
            "api_app_id": APP,
            "trigger_id": trigger,
            "response_url": f"{slack.url}/reply",
        },
    )
