"""Slack's own types judge everything that we draw: a field misspelt or out of place is named by their compiler."""

import json
import subprocess
from dataclasses import replace

import pytest

from bot.domain.card import Button
from bot.domain.commands.receipts import Receipt
from bot.domain.decision import Verdict
from bot.domain.effects import Tell
from bot.usecases.answer_command import Reply
from handlers.slack import receipts
from handlers.slack.cards import to_blocks, to_note
from handlers.slack.commands import drawn
from handlers.slack.dialogs import details, reason_dialog
from handlers.slack.payload import Place
from tests.handlers.slack.conftest import link
from tests.support.cards import BARE, ENDED, FULL, HISTORY, moment, stuffed
from tests.support.needs import slack_types

HEAD = 'import type {KnownBlock, ModalView} from "@slack/types";\n'
OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022")


def blocks_of_everything():
    note = Tell(release=FULL.release, line=("ann approved ", moment(2, 0)), at=moment(2, 0).at, notifies=True)
    undo = Button(verb=Verdict.TAKE_BACK, subject="G", text="Take back")
    yield from (to_blocks(card, link=link(card.release))[1] for card in (FULL, ENDED, BARE, stuffed("x")))
    yield to_blocks(FULL, mention={"group:sre": "<!subteam^S1>"}.get)[1]
    yield to_note(note, card="https://example.slack.com/archives/C1/p1")[1]
    yield receipts.drawn(Receipt(decided=("You approved ", moment(2, 0)), follows=FULL.effect, undo=undo))[1]
    yield drawn(Reply(text="one\ntwo", buttons=FULL.buttons))[1]


async def views_of_everything(desk):
    release = await desk.asks()
    for button in FULL.buttons:
        yield reason_dialog(button, FULL, about="gate.reject:G", place=Place(user="U1", channel="C1"))
    card = replace(FULL, release=release.id)
    yield details(card, await desk.people.look(release.id), HISTORY, link=link(release.id))


def judged(folder, source):
    """Return what the compiler has to say; nothing, if it is content."""
    folder.joinpath("node_modules").symlink_to(slack_types() / "node_modules")
    written = folder / "cards.ts"
    written.write_text(HEAD + source)
    tsc = str(slack_types() / "node_modules" / ".bin" / "tsc")
    return subprocess.run([tsc, *OPTIONS, str(written)], capture_output=True, text=True, check=False).stdout


async def test_slacks_types_know_every_field_of_what_we_draw(tmp_path, desk):
    lines = [
        f"export const c{place}: KnownBlock[] = {json.dumps(b)};" for place, b in enumerate(blocks_of_everything())
    ]
    views = [view async for view in views_of_everything(desk)]
    lines += [f"export const v{place}: ModalView = {json.dumps(view)};" for place, view in enumerate(views)]

    assert judged(tmp_path, "\n".join(lines)) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param('"style": "danger"', '"style": "warning"', id="a style that there is not"),
        pytest.param('"verbatim": true', '"verbatin": true', id="a field misspelt"),
        pytest.param('"type": "header"', '"type": "heading"', id="a block that there is not"),
    ],
)
def test_the_judge_sees_a_mistake(tmp_path, right, wrong):
    card = json.dumps(to_blocks(FULL, link=link(FULL.release))[1])
    assert right in card

    assert "error TS" in judged(tmp_path, f"export const card: KnownBlock[] = {card.replace(right, wrong, 1)};")
