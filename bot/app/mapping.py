"""Settings, as they are written, into what the core decides with."""

from bot import config
from bot.config.chats import GoogleChat, Slack
from bot.domain.decision import Principal
from bot.domain.effects import Destination
from bot.domain.figures.plan import Plan
from bot.domain.figures.timetable import timetable, zone_named
from bot.domain.policy import Match, Need, OnExpiry, OnMismatch, Permission, Policy, ReasonRule, Traffic, UnknownAuthor
from bot.domain.routes import Route, Routes
from bot.domain.tokens import ApiToken, ApiTokens
from handlers import google_chat
from handlers.slack import SlackSettings


def permits(settings: config.Settings) -> dict[str, frozenset[Permission]]:
    """What may be written, by the name of the cluster; in one that is not in sight, nothing."""
    return {
        written.name: frozenset(act for act in Permission if getattr(written.allow, act))
        for written in settings.clusters
        if written.kubernetes != "none"
    }


def policies(settings: config.Settings) -> tuple[Policy, ...]:
    return tuple(
        Policy(
            name=written.name,
            match=Match(**written.match.model_dump()),
            needs=tuple(Need(of=need.of, quorum=need.quorum) for need in written.require)
            or (Need(of=written.approvers, quorum=written.quorum),),
            whole=bool(written.require),
            self_approval=written.self_approval,
            unknown_author=UnknownAuthor(written.unknown_author),
            reason=ReasonRule(written.reason),
            expires_after=written.expires_after,
            on_expiry=OnExpiry(written.on_expiry),
            traffic=Traffic(written.traffic),
            on_mismatch=OnMismatch(written.on_mismatch),
        )
        for written in settings.policies
    )


def routes(settings: config.Settings) -> Routes:
    return Routes(
        tuple(
            Route(match=Match(**written.match.model_dump()), to=tuple(Destination.parse(to) for to in written.to))
            for written in settings.routes
        ),
    )


def plans(settings: config.Settings) -> tuple[Plan, ...]:
    return tuple(
        Plan(
            name=written.name,
            at=written.at,
            timetable=timetable(written.at),
            zone=zone_named(written.timezone),
            zone_name=written.timezone,
            period=written.period,
            to=tuple(dict.fromkeys(Destination.parse(to) for to in written.to)),
        )
        for written in settings.summaries
    )


def api_tokens(settings: config.Settings) -> ApiTokens:
    return ApiTokens(
        (
            written.token.reveal(),
            ApiToken(
                name=written.name,
                principal=Principal(written.email or f"token:{written.name}"),
                may_decide="decide" in written.may,
                person=written.email is not None,
            ),
        )
        for written in settings.api_tokens
    )


def hook_tokens(settings: config.Settings) -> list[tuple[str, str]]:
    """Pairs of token and cluster."""
    return [(token.reveal(), cluster.name) for cluster in settings.clusters for token in cluster.hook_tokens]


def group_emails(settings: config.Settings) -> dict[str, frozenset[Principal]]:
    return {name: frozenset(Principal(email) for email in group.emails) for name, group in settings.groups.items()}


def user_groups(settings: config.Settings) -> dict[str, str]:
    """Slack's user group of each group that has one."""
    found = {name: group.slack_usergroup for name, group in settings.groups.items()}
    return {name: usergroup for name, usergroup in found.items() if usergroup}


def main_addresses(settings: config.Settings) -> dict[str, Principal]:
    """The address that counts, for each further one of a person."""
    return {also: Principal(person.email) for person in settings.people for also in person.also}


def slack_settings(settings: config.Settings, slack: Slack) -> SlackSettings:
    socket = slack.mode == "socket"
    return SlackSettings(
        bot_token=slack.bot_token.reveal(),
        team=slack.team,
        app=slack.app,
        api_url=slack.api_url,
        signing_secret=slack.signing_secret.reveal() if slack.signing_secret else None,
        app_token=slack.app_token.reveal() if socket and slack.app_token else None,
        addresses=main_addresses(settings),
        usergroups=user_groups(settings),
        groups=group_emails(settings),
    )


def google_chat_settings(settings: config.Settings, chat: GoogleChat) -> google_chat.GoogleChatSettings:
    """Raises: ValueError: the service account's key is none; it is not repeated."""
    endpoint = f"{settings.server.public_url}{google_chat.PATH}"
    dialect = google_chat.Dialect(chat.dialect)
    account = google_chat.ServiceAccount.read(chat.service_account.reveal()) if chat.service_account else None
    spaces = chat.spaces or (to.address for to in destinations(settings, "google_chat"))
    agent = f"service-{chat.project_number}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
    usual = endpoint if dialect is google_chat.Dialect.ADD_ON else chat.project_number or ""
    return google_chat.GoogleChatSettings(
        service_account=account,
        project_number=chat.project_number,
        dialect=dialect,
        audience=chat.audience or usual,
        agent=chat.agent or agent,
        endpoint=endpoint,
        domains=frozenset(chat.domains),
        spaces=frozenset(spaces),
        direct=not chat.spaces,
        commands=chat.commands,
        webhooks={name: webhook.reveal() for name, webhook in chat.webhooks.items()},
        subscription=chat.pubsub.subscription if chat.pubsub else None,
        api_url=chat.api_url,
        certs_url=chat.certs_url,
        addresses=main_addresses(settings),
        groups=group_emails(settings),
    )


def destinations(settings: config.Settings, platform: str) -> list[Destination]:
    """Where routes lead to in a chat."""
    found = (Destination.parse(to) for route in settings.routes for to in route.to)
    return [to for to in found if to.platform == platform]


def people(settings: config.Settings) -> frozenset[str]:
    """Every address that may decide by what is written."""
    named = {name for policy in settings.policies for name in policy.approvers}
    named |= {name for policy in settings.policies for side in policy.require for name in side.of}
    written = frozenset(name for name in named if "@" in name)
    return written.union(*(group.emails for group in settings.groups.values()))
