"""How fast Slack may be spoken to."""

from handlers.chats.pace import Budget

# Source: docs.slack.dev, apis/web-api/rate-limits.  About one message a second in a channel, with short bursts; and
# chat.update is of tier 3, which is 50 a minute for the whole workspace: 10 at once and 40 more make them.
POSTS = Budget(burst=3, each_second=1)
UPDATES = Budget(burst=10, each_second=40 / 60)
