"""`pointsman completion`: let a shell complete commands, verbs and releases."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete `pointsman`.

    \b
    bash    pointsman completion bash > ~/.local/share/bash-completion/completions/pointsman
    zsh     pointsman completion zsh > "${fpath[1]}/_pointsman"
    fish    pointsman completion fish > ~/.config/fish/completions/pointsman.fish

    Releases are completed too where POINTSMAN_URL and POINTSMAN_TOKEN are set.
    """  # noqa: D301  Click reads it.
    root = context.find_root()
    made = SHELLS[shell](root.command, {}, "pointsman", "_POINTSMAN_COMPLETE")
    click.echo(ShellComplete.source(made))  # Bash's own looks for a bash first; where this runs there may be none.
