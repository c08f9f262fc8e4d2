"""`pointsman approve shop/checkout`: the chat's grammar from a terminal.  Each verb is a form of the grammar."""

import json
import sys
from contextlib import suppress
from typing import Any

import click
from click.shell_completion import CompletionItem

from bot.cli.frame import NOT_UNDERSTOOD, stop
from bot.cli.server import NotAskedError, Said, Server
from bot.cli.shown import lines, on_terminal
from bot.domain.commands.command import Mistake, parse
from bot.domain.commands.grammar import FORMS, Form, Question, Subject, explained
from bot.domain.commands.reply import helped

REFUSED = 1
NOT_ASKED = 3

COMPLETION_SECONDS = 2.0

OK = 200
NOT_FOUND, WRONG = 404, 422
SERVER_ERROR = 500
REASON = "reason"
"""What a problem names that was understood: a decision which lacks it was refused."""


def verb(name: str) -> click.Command | None:
    """The command of a verb; None: there is no such verb."""
    form = next((form for form in FORMS if form.verb == name), None)
    return None if form is None else _command(form)


def _command(form: Form) -> click.Command:
    def run(words: tuple[str, ...], *, as_json: bool) -> None:
        say(" ".join((form.verb, *words)), as_json=as_json)

    words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED, metavar=_behind(form), shell_complete=_complete)
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print the API's answer as it is.")
    return click.Command(
        form.verb,
        params=[words, as_json],
        callback=run,
        short_help=f"{form.says[0].upper()}{form.says[1:]}.",
        help="\n\n".join(explained(form)),
        context_settings={"ignore_unknown_options": True},  # --share, --after and --before are the grammar's.
    )


def _behind(form: Form) -> str:
    return f"{form.subject} {form.reason}".strip()


def say(text: str, *, as_json: bool) -> None:
    """Say a line to the bot, print its answer, and end with what became of it.

    Exit code 0: answered, or taken; 1: refused; 2: not understood, or not known; 3: the bot could not be asked.
    """
    command = parse(text)
    if isinstance(command, Mistake):
        stop(str(command), NOT_UNDERSTOOD)
    if command.form.does is Question.HELP:
        click.echo(helped(command).text)
        return
    try:
        said = Server.of_environment().command(text)
    except NotAskedError as error:
        stop(str(error), NOT_ASKED)
    _show(said, as_json=as_json)
    sys.exit(_code(said))


def _show(said: Said, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(said.body, indent=2, ensure_ascii=False))
    elif said.status != OK:
        click.echo("\n".join(lines(said.text)), err=True)
    elif sys.stdout.isatty():
        click.echo("\n".join(on_terminal(said.text, said.body.get("items", []))))
    else:
        click.echo("\n".join(lines(said.text)))


def _code(said: Said) -> int:
    if said.status == OK:
        return 0
    if said.status >= SERVER_ERROR:
        return NOT_ASKED
    misunderstood = said.status == NOT_FOUND or said.body.get("field", REASON) != REASON
    return NOT_UNDERSTOOD if misunderstood else REFUSED  # A missing reason is on record, as any other refusal.


def _complete(context: click.Context, _argument: click.Parameter, typed: str) -> list[CompletionItem]:
    """What may stand behind the verb: another verb behind `help`, else the releases that the bot knows."""
    form = next(form for form in FORMS if form.verb == context.info_name)
    if context.params.get("words"):
        return []
    if form.subject is Subject.VERB:
        return [CompletionItem(one.verb, help=one.says) for one in FORMS if one.verb.startswith(typed)]
    if form.subject in {Subject.RELEASE, Subject.RELEASE_OR_ALL}:
        with suppress(NotAskedError):  # Nobody completing a line wants to read why it cannot be.
            return _releases(Server.of_environment().releases(seconds=COMPLETION_SECONDS).body, typed)
    return []


def _releases(body: dict[str, Any], typed: str) -> list[CompletionItem]:
    """Workloads that have an open release first; each once."""
    found: dict[str, str] = {}
    for release in sorted(body.get("items", []), key=lambda release: release["ended_at"] is not None):
        workload = release["workload"]
        for name in (f"{workload['namespace']}/{workload['name']}", release["label"]):
            if name.startswith(typed):
                found.setdefault(name, release["state"])
    return [CompletionItem(name, help=state) for name, state in found.items()]
