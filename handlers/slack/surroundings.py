"""The places and people of Slack that the settings name, looked at for `doctor`."""

from collections.abc import Collection

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError
from bot.domain.finding import Finding, broken, caution, good, unknown
from bot.usecases.examine import Findings
from handlers.slack.calls import answer

AREA = "slack"

INVITE = "Say `/invite @pointsman` in it, or mend the route."

MOST_PEOPLE = 40
"""`users.lookupByEmail` may be called fifty times a minute."""

FAULTS = (ChatUnavailableError, ChatRefusedError, CardGoneError)


async def look_at_channel(web: AsyncWebClient, channel: str) -> Finding:
    try:
        found = (await answer(web.conversations_info(channel=channel)))["channel"]
    except ChatRefusedError as error:
        if "missing_scope" in str(error):
            return unknown(AREA, f"{channel} cannot be looked at.", "See the scopes channels:read and groups:read.")
        return broken(AREA, f"There is no channel {channel} that the bot can see: {error}.", INVITE)
    except (ChatUnavailableError, CardGoneError) as error:
        return unknown(AREA, f"{channel} could not be looked at: {error}.")
    name = f"#{found['name']} ({channel})" if found.get("name") else channel
    if found.get("is_archived"):
        return broken(AREA, f"{name} is archived: no card can be posted.", "Mend the route.")
    if not found.get("is_member"):
        return broken(AREA, f"The bot is no member of {name}: cards and pictures are refused there.", INVITE)
    if found.get("is_ext_shared"):
        says = f"{name} is shared with another organisation: its people read the cards, and may not decide."
        return caution(AREA, says, "Nothing, if that is meant.")
    return good(AREA, f"The bot is a member of {name}.")


async def look_at_group(web: AsyncWebClient, name: str, usergroup: str) -> Finding:
    try:
        users = (await answer(web.usergroups_users_list(usergroup=usergroup)))["users"]
    except FAULTS as error:
        mend = "Mend its `slack_usergroup`: the id S… of a group that there is."
        return broken(AREA, f"Who is in the group {name} ({usergroup}) cannot be told: {error}.", mend)
    if not users:
        return caution(AREA, f"Nobody is in the group {name} ({usergroup}).", "Add its people in Slack.")
    return good(AREA, f"The group {name} has {len(users)} in Slack.")


async def look_at_people(web: AsyncWebClient, people: Collection[str]) -> Findings:
    looked_up = sorted(people)[:MOST_PEOPLE]
    strangers = []
    for address in looked_up:
        try:
            await answer(web.users_lookupByEmail(email=address))
        except ChatRefusedError as error:
            if "users_not_found" not in str(error):
                yield unknown(AREA, f"Whether the addresses are known cannot be told: {error}.")
                return
            strangers.append(address)
        except (ChatUnavailableError, CardGoneError) as error:
            yield unknown(AREA, f"Whether the addresses are known cannot be told: {error}.")
            return
    for address in strangers:
        yield caution(AREA, f"{address} is nobody in this workspace.", "A slip?  Or somebody who decides elsewhere.")
    if looked_up and not strangers:
        yield good(AREA, f"{len(looked_up)} of {len(people)} addresses were looked up, and are known.")
