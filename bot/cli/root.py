"""`pointsman` itself: its own commands, and every verb that people can type."""

import importlib
from pathlib import Path

import click

from bot.cli.frame import HELP, NOT_UNDERSTOOD, nearest, stop
from bot.domain.commands.command import parse, verb_of
from bot.domain.commands.grammar import FORMS

VERBS = tuple(form.verb for form in FORMS)


class Lazy(click.Group):
    """A group whose commands are imported when they are called for: `version` need not wait for Slack's libraries.

    Beside its own commands it takes every verb of the grammar, in whatever words the grammar understands.
    """

    COMMANDS = ("serve", "demo", "simulate", "doctor", "wire", "config", "db", "audit", "completion", "version")

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*self.COMMANDS, *(verb for verb in VERBS if verb not in self.COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in self.COMMANDS:
            command: click.Command = getattr(importlib.import_module(f"bot.cli.{cmd_name}"), cmd_name)
            return command
        return importlib.import_module("bot.cli.verbs").verb(cmd_name) if cmd_name in VERBS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.COMMANDS or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        form, behind = verb_of(" ".join(args[:2]))
        if form is None:
            if slip := nearest(args[0], self.list_commands(ctx)):
                ctx.fail(f"There is no command {args[0]!r}; is {slip} meant?")
            stop(str(parse(" ".join(args))), NOT_UNDERSTOOD)
        return form.verb, self.get_command(ctx, form.verb), args[1 if behind else 2 :]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs apart: they ask a bot that runs somewhere."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        listed = [(name, command.get_short_help_str(80)) for name, command in commands.items() if command]
        with formatter.section("Run it and look after it"):
            formatter.write_dl([row for row in listed if row[0] in self.COMMANDS])
        with formatter.section("Ask the bot that runs at POINTSMAN_URL, with the token POINTSMAN_TOKEN"):
            formatter.write_dl([row for row in listed if row[0] not in self.COMMANDS])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="POINTSMAN_CONFIG",
    default=Path("pointsman.yaml"),
    show_default=True,
    help=f"{HELP}  Also by POINTSMAN_CONFIG; may stand after the command as well.",
)
@click.pass_context
def pointsman(context: click.Context, config_path: Path) -> None:
    """Ask before a release goes on.

    Flagger, Argo Rollouts and plain Deployments wait for what people decide in Slack, Google Chat, the console or
    here.  Every decision is kept on record.

    \b
    pointsman demo                    see it work, with nothing else installed
    pointsman doctor                  what is wrong, and how is it mended?
    pointsman serve                   run the bot
    pointsman audit verify            is the record whole?
    pointsman waiting                 what waits for people?
    """  # noqa: D301  Click reads it.
    context.obj = config_path
