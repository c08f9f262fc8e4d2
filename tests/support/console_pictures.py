"""Pictures of the console.  `python -m tests.support.console_pictures FOLDER` draws every page in every dress."""

import asyncio
import random
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import FloatRect, Page

from bot.domain.audit import Action
from bot.domain.decision import Mark, Principal, Surface
from bot.domain.figures.course import course_of
from bot.domain.gate import Gate, GateState
from bot.domain.policy import Stage
from bot.domain.release import Cause, Release, ReleaseState, RollBack, entry
from bot.domain.run import Check, Reading, Run
from bot.domain.sight import Standing
from handlers.pictures import picture_of, timeline_of
from storage.migrating import upgrade
from tests.handlers.console.world import ANN, BOB, NIGHT, World, approved_by, checkout, gate, running_console
from tests.support.browser import folder_for_pictures, open_browser, watched_page
from tests.support.desk import InSight
from tests.support.figures import figures_of, some_days
from tests.support.scenes import checkout as sighted

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
LONGEST = 1500
"""Pixels of a picture; what is below looks like what is above."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

MINUTE = timedelta(minutes=1)
BEGAN = NIGHT - 41 * MINUTE
SERVICES = ("checkout", "cart", "search", "recommendations", "payments-reconciliation-worker")
FAILED = Check(name="success rate", value="98.7 %", limit="≥ 99 %")


def went(began: datetime, *, failed: bool = True) -> Run:
    """A run that came to half of the traffic within twelve minutes."""
    steps = tuple(Reading(at=began + minutes * MINUTE, weight=weight) for minutes, weight in WEIGHTS)
    check = Reading(at=began + 13 * MINUTE, failed="success rate 98.7 % (≥ 99 %)")
    base = checkout().run
    return replace(base, readings=(*steps, *((check,) if failed else ())), failed_checks=int(failed))


WEIGHTS = ((3, 10), (5, 20), (7, 30), (9, 40), (12, 50))


def answered(stage: Stage, reached: datetime, *people: Principal, minutes: int) -> Gate:
    marks = tuple(Mark(who, reached + minutes * MINUTE * (place + 1)) for place, who in enumerate(people))
    told = marks[-1].at + MINUTE / 2
    return gate(stage, state=GateState.OPEN, quorum=len(people), reached_at=reached, approvals=marks, told_at=told)


def looked_at(standing: Standing, run: Run) -> Run:
    """A run whose cluster was looked into, where its images come from."""
    return replace(run, sight=replace(sighted(standing).sight, uncovered=()))


async def past(world: World, chance: random.Random) -> None:
    """A month of releases, some of which went wrong."""
    numbers = dict.fromkeys(SERVICES, 60)
    for ago in range(30, 0, -1):
        day = NIGHT - timedelta(days=ago)
        for _ in range(chance.randint(0, 5) if day.weekday() < 5 else chance.randint(0, 1)):
            name = chance.choice(SERVICES)
            numbers[name] += 1
            began = day + timedelta(hours=chance.randint(7, 16), minutes=chance.randint(0, 59))
            await one_of_the_past(world, chance, name, numbers[name], began)


async def one_of_the_past(world: World, chance: random.Random, name: str, number: int, began: datetime) -> None:
    waited = chance.choice((2, 3, 4, 6, 9, 25))
    asked = answered(Stage.PROMOTION, began + 15 * MINUTE, ANN, BOB, minutes=waited)
    state = chance.choices((ReleaseState.PROMOTED, ReleaseState.ROLLED_BACK, ReleaseState.FAILED), (8, 2, 1))[0]
    end = began + 20 * MINUTE + 2 * waited * MINUTE
    world.now = end
    release = checkout(
        asked,
        name=name,
        number=number,
        state=state,
        started_at=began,
        ended_at=end,
        run=went(began),
        cause=Cause.CHECKS if state is ReleaseState.ROLLED_BACK else None,
    )
    await world.add(release)
    async with world.storage.open_records() as records:
        for mark in asked.approvals:
            where = chance.choice((Surface.SLACK, Surface.SLACK, Surface.CONSOLE, Surface.GOOGLE_CHAT))
            taken = entry(
                release,
                Action.DECISION_TAKEN,
                actor=mark.by,
                surface=where,
                gate=asked,
                decision="approve",
                details={"policy": "shop-prod", "quorum": 2, "count": 2},
            )
            await records.append(taken)


async def present(world: World, clusters: InSight) -> dict[str, Release]:
    """What a person finds in the morning: something of each kind."""
    world.now = NIGHT
    start = answered(Stage.START, BEGAN, ANN, minutes=2)
    waits = checkout(
        start,
        gate(approvals=(approved_by(ANN),), reached_at=NIGHT - 12 * MINUTE),
        run=looked_at(Standing.PROGRESSING, went(BEGAN)),
        started_at=BEGAN,
    )
    starts = checkout(
        gate(Stage.START, quorum=1),
        name="payments-reconciliation-worker",
        number=118,
        state=ReleaseState.WAITING,
        run=looked_at(Standing.WAITING, Run()),
        started_at=NIGHT - 3 * MINUTE,
    )
    moving = looked_at(Standing.PROGRESSING, replace(went(BEGAN, failed=False), weight=30))
    moves = checkout(name="search", number=117, run=moving, started_at=BEGAN)
    refusal = Mark(BOB, NIGHT - 26 * MINUTE, "p99 doubled for the cart")
    back = checkout(
        gate(state=GateState.REFUSED, reached_at=NIGHT - 30 * MINUTE, settled=refusal),
        name="cart",
        number=311,
        state=ReleaseState.ROLLED_BACK,
        cause=Cause.PERSON,
        started_at=NIGHT - 55 * MINUTE,
        ended_at=NIGHT - 24 * MINUTE,
        run=went(NIGHT - 55 * MINUTE),
        roll_back=RollBack(mark=refusal, cause=Cause.PERSON),
    )
    releases = {"waits": waits, "starts": starts, "moves": moves, "back": back}
    for release in releases.values():
        clusters.shown[release.workload] = replace(sighted(Standing.PROGRESSING), workload=release.workload)
        await world.add(release)
    async with world.storage.open_records() as records:
        await records.append(
            entry(
                waits,
                Action.DECISION_REFUSED,
                actor="eve@example.com",
                surface=Surface.SLACK,
                gate=waits.gates[-1],
                decision="approve",
                reason="You may not approve shop/checkout#142; @sre may.",
                details={},
            ),
            entry(
                waits,
                Action.DECISION_TAKEN,
                actor=ANN,
                surface=Surface.CONSOLE,
                gate=waits.gates[-1],
                decision="approve",
                details={"policy": "shop-prod", "quorum": 2, "count": 1},
            ),
        )
    return releases


async def shoot(page: Page, to: Path) -> None:
    """Take what is on the page, from above, once its pictures are there."""
    await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    width, height = await page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, LONGEST)}
    with Image.open(BytesIO(await page.screenshot(full_page=True, clip=clip))) as taken:
        taken.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(to, optimize=True)


async def draw(page: Page, world: World, paths: dict[str, str], folder: Path) -> None:
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for name, path in paths.items():
                await page.goto(world.url + path)
                await shoot(page, folder / f"console-{name}-{size}-{scheme}.png")


async def decide(page: Page, world: World, folder: Path) -> None:
    """On a phone: the form that rolls back, and the receipt of an approval."""
    await page.emulate_media(color_scheme="light")
    await page.goto(world.url + "/")
    await page.locator("#moves").get_by_text("Roll back to 1.8.1", exact=True).first.click()
    await page.locator("#moves").scroll_into_view_if_needed()
    await page.locator("#moves article").screenshot(path=folder / "console-roll-back-phone-light.png")
    await page.emulate_media(color_scheme="dark")
    await page.goto(world.url + "/")
    starts = page.locator("#waits article").first
    await starts.get_by_text("Approve 1.8.2", exact=True).click()
    await starts.get_by_role("button", name="Approve", exact=True).click()
    await page.locator("#receipt").wait_for()
    await page.screenshot(path=folder / "console-receipt-phone-dark.png")


async def charts(folder: Path) -> None:
    """What a chat shows."""
    course = course_of(
        checkout(
            answered(Stage.PROMOTION, BEGAN + 15 * MINUTE, ANN, BOB, minutes=9),
            run=went(BEGAN),
            started_at=BEGAN,
            ended_at=NIGHT,
            state=ReleaseState.PROMOTED,
        ),
        now=NIGHT,
    )
    summary = await picture_of(figures_of(*some_days(14)))
    timeline = await timeline_of("checkout 1.8.2 · prod-eu", course)
    (folder / "summary-chart.png").write_bytes(summary.png)
    (folder / "release-timeline.png").write_bytes(timeline.png)


async def main(folder: Path) -> None:
    """Draw every page into a folder that is there."""
    clusters = InSight()
    await charts(folder)
    with tempfile.TemporaryDirectory() as scratch:
        async with running_console(f"sqlite+aiosqlite:///{scratch}/console.db", clusters=clusters) as world:
            await upgrade(world.database)
            await past(world, random.Random(7))
            releases = await present(world, clusters)
            async with open_browser() as browser, watched_page(browser) as page:
                await page.clock.set_fixed_time(NIGHT)
                await draw(page, world, {"sign-in": "/sign-in"}, folder)
                await page.get_by_label("Your token").fill("ann-secret")
                await page.get_by_role("button", name="Sign in").click()
                await page.wait_for_url(world.url + "/")
                paths = {
                    "now": "/",
                    "release": f"/releases/{releases['waits'].id}",
                    "rolled-back": f"/releases/{releases['back'].id}",
                    "figures": "/insights?period=30d",
                    "record": "/audit",
                    "ask": "/commands",
                }
                await draw(page, world, paths, folder)
                await decide(page, world, folder)


if __name__ == "__main__":
    asyncio.run(main(folder_for_pictures(sys.argv[1])))
