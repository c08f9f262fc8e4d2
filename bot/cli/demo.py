"""`pointsman demo`: the whole of it, with nothing else installed."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import click

from bot import config
from bot.app import StartError
from bot.app import serve as run
from bot.app.logs import set_up_logs
from bot.app.practice.engines import ENGINES
from bot.app.practice.place import Pace, Place
from bot.cli.frame import BROKEN, stop
from bot.cli.serve import stopped_by_signals

TOKENS = {"hook": "hook-token-of-the-demo", "ann": "ann-of-the-demo", "bob": "bob-of-the-demo"}

SETTINGS = """\
# The settings of `pointsman demo`, made anew each time it starts.  They show how real ones look.
server: {{host: 127.0.0.1, port: {port}, metrics_port: {metrics_port}, public_url: "http://localhost:{port}"}}
database: {{url: "sqlite+aiosqlite:///{folder}/pointsman.db"}}
clusters:
{cluster}
groups:
  sre: {{emails: [ann@example.com, bob@example.com]}}
policies:                      # The first that matches.
  - name: demo-storefront      # Two people must agree.
    match: {{name: storefront}}
    approvers: [group:sre]
    quorum: 2
    expires_after: 2h
    on_expiry: reject
  - name: demo
    approvers: [group:sre]
api_tokens:                    # What people sign in to the console with.
  - {{name: ann, token: {{file: ann}}, may: [read, decide], email: ann@example.com}}
  - {{name: bob, token: {{file: bob}}, may: [read, decide], email: bob@example.com}}
"""


@click.command()
@click.option("--port", default=8080, show_default=True, help="Where the console is; two ports more are used.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("pointsman-demo"),
    show_default=True,
    help="Where its settings and its record are kept; emptied at each start.",
)
@click.option(
    "--tick",
    type=click.FloatRange(min=0.2, max=60),
    default=2.0,
    show_default=True,
    help="Seconds between two looks of the practice Flagger; a real one takes 10 and more.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="flagger",
    show_default=True,
    help="Who is played.",
)
def demo(port: int, folder: Path, tick: float, engine: str) -> None:
    """Show the whole of it with a practice engine that behaves as Flagger, Argo Rollouts or Kubernetes does.

    A release comes, a card waits in the console, your click promotes it or rolls it back.  Nothing else is touched.
    """
    place = Place(name="demo", folder=folder, token=TOKENS["hook"], port=port, metrics_port=port + 1, api_port=port + 2)
    path = _prepare(place, engine)
    settings = config.load(path, environ={})
    set_up_logs("text")
    try:
        asyncio.run(_demo(settings, place, path, engine, Pace(tick=timedelta(seconds=tick))))
    except* StartError as errors:
        stop(f"{errors.exceptions[0]}; choose another port with --port", BROKEN)


def _prepare(place: Place, engine: str) -> Path:
    folder = place.folder
    marker = folder / "pointsman.yaml"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        stop(f"{folder} is not a folder of the demo; name another with --folder", BROKEN)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, token in TOKENS.items():
        (folder / name).write_text(token + "\n")
    cluster = ENGINES[engine].cluster(place)
    written = SETTINGS.format(
        port=place.port, metrics_port=place.metrics_port, folder=folder.resolve(), cluster=cluster
    )
    marker.write_text(written)
    return marker


async def _demo(settings: config.Settings, place: Place, path: Path, engine: str, pace: Pace) -> None:
    stopped = stopped_by_signals()
    async with ENGINES[engine].shop(place, pace), asyncio.TaskGroup() as work:
        work.create_task(run(settings, stop=stopped))
        _welcome(place.port, path)


def _welcome(port: int, path: Path) -> None:
    click.secho(f"\n  Open http://localhost:{port} and sign in with one of these tokens:", bold=True)
    click.echo(f"    {TOKENS['ann']}    (Ann)\n    {TOKENS['bob']}    (Bob)")
    click.echo("\n  The first card waits within seconds.  storefront needs both of them.")
    click.echo(f"  Afterwards:  pointsman audit verify --config {path}")
    click.echo("  Ctrl-C ends it.\n")
