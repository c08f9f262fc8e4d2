"""`pointsman wire`: the hooks into Canary manifests."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bot.cli.files import FileError, decoded, difference, read_text, write_text
from bot.cli.frame import BROKEN, load_settings, stop, with_config
from bot.config.models import Cluster, Kubeconfig
from handlers.flagger.manifests.documents import Found, ManifestError, canaries_in
from handlers.flagger.manifests.faults import faults_of
from handlers.flagger.manifests.hooks import SHORT
from handlers.flagger.manifests.wanted import PLACEHOLDER, SERVICE, Wanted
from handlers.flagger.manifests.wiring import wired

GATES = {short: hook_type for hook_type, short in SHORT.items()}
COLOURS = {"+": "green", "-": "red", "@": "cyan"}
INPUT = "-"


class Gates(click.ParamType[frozenset[str]]):
    """`start,promotion`, as types of hooks."""

    name = "GATES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        names = [name.strip() for name in str(value).split(",")]
        if wrong := [name for name in names if name not in GATES]:
            self.fail(f"{wrong[0]!r} is no gate; there are {', '.join(GATES)}", param, ctx)
        return frozenset(GATES[name] for name in names)


class Base(click.ParamType[str]):
    """Where Pointsman is reached; our own path comes after it."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            parts = urlsplit(str(value))
            right = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
        except ValueError:
            right = False
        if not right or any(sign.isspace() or sign in "\"'\\" for sign in str(value)):
            self.fail(f"{value!r} is no address such as {SERVICE}", param, ctx)
        return str(value).rstrip("/")


class Token(click.ParamType[str]):
    """What stands for the hook token in a URL's path."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value) or any(sign.isspace() or sign in "\"'\\/?#" for sign in str(value)):
            self.fail("it stands in a URL: no blanks, quotes, '/', '?' or '#'", param, ctx)
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A file before and after."""

    name: str
    path: Path | None  # None: standard input.
    old: str
    new: str

    @property
    def changed(self) -> bool:
        return self.new != self.old


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--gates", type=Gates(), help="Where people are asked: start, traffic, promotion; several by commas.")
@click.option("--url", type=Base(), help=f"Where Flagger reaches Pointsman.  [default: {SERVICE}]")
@click.option("--cluster", metavar="NAME", help="Take the hook token of this cluster from the settings.")
@click.option("--token", type=Token(), help=f"What to write for the hook token.  [default: {PLACEHOLDER}]")
@click.option("--write", is_flag=True, help="Write the files; without it only the difference is shown.")
@click.option("--check", is_flag=True, help="Change nothing, and exit with 1 if something would change.")
@with_config
@click.pass_obj
def wire(
    path: Path,
    *,
    files: tuple[str, ...],
    gates: frozenset[str] | None,
    url: str | None,
    cluster: str | None,
    token: str | None,
    write: bool,
    check: bool,
) -> None:
    """Put Pointsman's hooks into the Canaries of manifests, and show the difference.

    Each Canary gets what lets people roll back (rollback), the gates they are asked at, and what tells them how it
    goes and ends (event, post-rollout).  Never pre-rollout or rollout: an outage would count as a failed check.

    \b
    --gates promotion         before everybody gets it: what is taken if you say nothing
    --gates start             before it begins (taken where skipAnalysis goes past the promotion)
    --gates start,promotion   both
    --gates traffic           before each step of a weighted canary's traffic

    What stands wrong is put right: an analysis where Flagger does not look, a path that is not that of the type,
    gates of flagger-loadtester, an interval below 10 s, Blue/Green with one iteration.  Gates that are there are
    kept.  Comments, order, quotes and all else stay as they are.  What people must see to is told at the end.

    \b
    pointsman wire canary.yaml                            show what would change
    pointsman wire --write --cluster prod-eu apps/*.yaml  write it, with the token of the settings
    pointsman wire --token '${HOOK_TOKEN}' canary.yaml    a placeholder that Flux puts the token into
    helm template shop | pointsman wire --write - | kubectl apply -f -

    The token lets its reader ask as that cluster, and decide nothing; still, better no manifest in Git holds it.
    """  # noqa: D301  Click reads it.
    if cluster and token:
        raise click.UsageError("--cluster and --token exclude each other")
    if check and write:
        raise click.UsageError("--check and --write exclude each other")
    wanted = Wanted(gates=gates, **_where(path, url, cluster, token))
    try:
        manifests = [_wire(name, wanted) for name in files]
        for manifest in manifests:
            _tell(manifest, write=write)
    except FileError as error:
        stop(str(error), BROKEN)
    _sum_up(manifests, wanted, write=write)
    if check and any(manifest.changed for manifest in manifests):
        sys.exit(BROKEN)


def _where(path: Path, url: str | None, cluster: str | None, token: str | None) -> dict[str, Any]:
    """Say where the hooks lead; what is said by hand goes over what stands there."""
    moved = {"base": url, "moves": True} if url else {}
    if token:
        return {"token": token, "tokens": frozenset({token}), **moved}
    if not cluster:
        return moved
    settings = load_settings(path)
    found = next((one for one in settings.clusters if one.name == cluster), None)
    if found is None:
        names = ", ".join(one.name for one in settings.clusters) or "none"
        stop(f"{cluster} is no cluster of {path}; there are: {names}", BROKEN)
    tokens = [secret.reveal() for secret in found.hook_tokens]
    if not tokens:
        stop(f"the cluster {cluster} has no hook_tokens in {path}", BROKEN)
    base = {"base": _base(found, settings.server.public_url)}
    return {"token": tokens[0], "tokens": frozenset(tokens), **base, **moved}


def _base(cluster: Cluster, public_url: str) -> str:
    """A cluster that is seen from outside calls from outside too; any other has the Service beside it."""
    return public_url.rstrip("/") if isinstance(cluster.kubernetes, Kubeconfig) else SERVICE


def _wire(name: str, wanted: Wanted) -> Manifest:
    path = None if name == INPUT else Path(name)
    shown = "standard input" if path is None else name
    old = decoded(sys.stdin.buffer.read(), shown) if path is None else read_text(path)
    try:
        return Manifest(name=shown, path=path, old=old, new=wired(old, wanted))
    except ManifestError as error:
        raise FileError(f"{shown}:{error.line}: {error}" if error.line else f"{shown}: {error}") from error


def _tell(manifest: Manifest, *, write: bool) -> None:
    if write and manifest.path is None:
        click.echo(manifest.new, nl=False)
        return
    for line in difference(manifest.old, manifest.new, manifest.name):
        click.secho(line, fg=COLOURS.get(line[0]), nl=False)
    if write and manifest.path is not None and manifest.changed:
        write_text(manifest.path, manifest.new)


def _sum_up(manifests: list[Manifest], wanted: Wanted, *, write: bool) -> None:
    """Tell, beside the difference, what is left to people."""
    for manifest in manifests:
        canaries = canaries_in(manifest.new)
        for line in _left(manifest.name, canaries, wanted):
            click.echo(line, err=True)
        if not canaries:
            click.echo(f"{manifest.name}: holds no Canary", err=True)
        elif not manifest.changed:
            click.echo(f"{manifest.name}: nothing to change", err=True)
        elif write and manifest.path is not None:
            click.echo(f"{manifest.name}: written", err=True)
    changed = [manifest for manifest in manifests if manifest.changed]
    if changed and not write:
        click.echo("Nothing was written; --write does it.", err=True)
    if any(f"/{PLACEHOLDER}/" in manifest.new for manifest in changed):
        click.echo(f"{PLACEHOLDER} stands for the cluster's hook token; --cluster or --token puts it in.", err=True)


def _left(name: str, canaries: tuple[Found, ...], wanted: Wanted) -> Iterator[str]:
    for found in canaries:
        for fault in faults_of(found.canary, wanted.tokens):
            yield f"{name}:{found.line(fault.place)}: {found.label}: {fault.says}\n    {fault.mend}"
