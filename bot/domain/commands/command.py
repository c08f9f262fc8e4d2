"""What people type, understood: one parser for every surface.  What can be typed is data, in `grammar`."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches

from bot.domain.commands import typed
from bot.domain.commands.grammar import FORMS, Form, Pages, Question, Subject, Words, form_of
from bot.domain.decision import NO_REASON, Reason, Verb, Verdict, reason_of
from bot.domain.errors import ReasonTooLongError
from bot.domain.figures.insights import period_length

NAME_LENGTH = 1000
"""Characters of kind, cluster, namespace, name and number together.  Kubernetes allows 253 for a name."""

TEXT_LENGTH = 5000
"""Characters of a line; more than name and reason can have."""

_SHOWN_LENGTH = 60
"""Characters of a word that are repeated to people."""

_BY_WORD = {word.replace(" ", ""): form for form in FORMS for word in form.words}
_IN_FULL = "full"

_TARGET = re.compile(r"(?:(?P<kind>[A-Za-z][A-Za-z0-9]*):)?(?P<path>[^#]*)(?:#(?P<number>[0-9]{1,9}))?")
_NUMBER_APART = re.compile(r"\s*#([0-9]{1,9})(?=\s|$)")
_PLACE = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is meant, as far as it was typed: a name or a number at least."""

    kind: str | None = None
    cluster: str | None = None
    namespace: str | None = None
    name: str | None = None
    number: int | None = None

    def __str__(self) -> str:
        kind = f"{self.kind}:" if self.kind else ""
        number = "" if self.number is None else f"#{self.number}"
        return kind + "/".join(filter(None, (self.cluster, self.namespace, self.name))) + number


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line understood.

    Args:
        topic: what `help` is asked about.
        shared: the answer is for everybody who reads there.
        period: so long until now; None: as long as is usual.
        after: the release behind which a list goes on.
        before: the place of the record before which a time line goes on.
    """

    form: Form
    target: Target | None = None
    reason: Reason = NO_REASON
    topic: Form | None = None
    shared: bool = False
    period: timedelta | None = None
    after: Target | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One line not understood, and what would have been right."""

    wrong: str
    right: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join((self.wrong, *(f"    {line}" for line in self.right)))


def parse(text: str) -> Command | Mistake:
    """Understand one line.  Nothing at all is `help`."""
    if len(text) > TEXT_LENGTH:
        return Mistake(wrong=f"A line has at most {TEXT_LENGTH:,} characters.", right=(FORMS[0].right,))
    text, shared = typed.without_flag(typed.plain(text), "share")
    if not text:
        return Command(form=form_of(Question.HELP), shared=shared)
    form, rest = verb_of(text)
    if form is None:
        return _unknown(text)
    rest, shared_too = typed.without_flag(rest, "share")
    understood = _page(form, rest) if form.pages else _behind(form, rest)
    if isinstance(understood, Mistake):
        return understood
    return replace(understood, shared=understood.shared or shared or shared_too)


def _page(form: Form, rest: str) -> Command | Mistake:
    """Understand a question whose answer goes on where its last line said."""
    rest, value = typed.without_value(rest, form.pages)
    understood = _behind(form, rest)
    if value is None or isinstance(understood, Mistake):
        return understood
    if form.pages is Pages.RECORDS and _PLACE.fullmatch(value):
        return replace(understood, before=int(value))
    after = _target(value)
    if form.pages is Pages.RELEASES and after and after.number is not None and understood.target is None:
        return replace(understood, after=after)
    return Mistake(
        wrong=f"--{form.pages} stands before what the last line of a long answer shows.", right=(form.right,)
    )


def _behind(form: Form, rest: str) -> Command | Mistake:
    match form.subject:
        case Subject.NOTHING if rest:
            return Mistake(wrong=f"Nothing stands behind {form.verb}.", right=(form.right,))
        case Subject.RELEASE if not rest:
            return Mistake(wrong=f"{form.verb} what? It needs a workload or a number.", right=(form.right,))
        case Subject.VERB if rest:
            topic, _ = verb_of(rest)
            return Command(form=form, topic=topic) if topic else _unknown(rest)
        case Subject.PERIOD if rest:
            return _of_the_last(form, rest)
        case Subject.RELEASE | Subject.RELEASE_OR_ALL if rest:
            return _about(form, rest)
        case _:
            return Command(form=form)


def _of_the_last(form: Form, rest: str) -> Command | Mistake:
    word, further = typed.first_word(rest)
    if further.strip():
        return Mistake(wrong=f"{form.verb} takes one period and no more.", right=(form.right,))
    try:
        return Command(form=form, period=period_length(word))
    except ValueError as error:
        return Mistake(wrong=f"“{_shown(word)}” is no period. {error}", right=(form.right,))


def _about(form: Form, rest: str) -> Command | Mistake:
    word, rest = typed.first_word(rest)
    target = _target(word.rstrip(".,;:!?"))
    if target is None:
        return Mistake(wrong=f"“{_shown(word)}” is neither a workload nor a number.", right=(form.right,))
    if target.number is None and (number := _NUMBER_APART.match(rest)):
        # With a blank before it the number is still part of what is meant, not of the reason.
        target, rest = replace(target, number=int(number[1])), rest[number.end() :]
    rest, shared = typed.without_flag(rest, "share")
    if form.does is Verdict.APPROVE and typed.without_flag(rest, _IN_FULL)[1]:
        return _unknown_flag(form_of(Verb.PROMOTE_FULL), _IN_FULL, target)
    if (flag := typed.flag_at(rest)) is not None:
        return _unknown_flag(form, flag, target)
    words = typed.unquoted(rest)
    if words and form.reason is Words.NONE:
        return Mistake(wrong=f"{form.verb} takes one workload and no more.", right=(f"{form.verb} {target}",))
    try:
        return Command(form=form, target=target, reason=reason_of(words), shared=shared)
    except ReasonTooLongError as error:
        return Mistake(wrong=str(error), right=(form.right_for(word),))


def _unknown_flag(meant: Form, flag: str, target: Target) -> Mistake:
    """A flag of an engine's own tool is no reason: `promote checkout --full` must not approve one step."""
    return Mistake(wrong=f"--{_shown(flag)} is not known here.", right=(meant.right_for(str(target)),))


def _target(word: str) -> Target | None:
    found = _TARGET.fullmatch(word)
    if found is None or len(word) > NAME_LENGTH or typed.is_flag(word):
        return None
    number = None if found["number"] is None else int(found["number"])
    if not found["path"] and number is not None:
        return Target(kind=found["kind"], number=number)
    parts = found["path"].split("/")
    if not all(parts) or len(parts) > len(("cluster", "namespace", "name")):
        return None
    cluster, namespace, name = (None, None, *parts)[-3:]
    return Target(kind=found["kind"], cluster=cluster, namespace=namespace, name=name, number=number)


def _unknown(text: str) -> Mistake:
    """Guess what was meant by a first word that is no verb."""
    first, behind = typed.first_word(text)
    second, _ = verb_of(behind)
    if second is not None and second.subject in {Subject.RELEASE, Subject.RELEASE_OR_ALL}:
        return Mistake(wrong="The verb comes first.", right=(second.right_for(_shown(first)),))
    if "/" in first or "#" in first:
        return Mistake(wrong="What about it? A verb comes first.", right=(f"status {_shown(first)}",))
    wrong = f"I do not know “{_shown(first)}”."
    close = get_close_matches(typed.key(first)[:_SHOWN_LENGTH], _BY_WORD, n=2)
    meant = tuple(dict.fromkeys(_BY_WORD[word].usage for word in close))
    if meant:
        return Mistake(wrong=f"{wrong} Is this meant?", right=meant)
    return Mistake(wrong=f"{wrong} This can be typed:", right=tuple(form.usage for form in FORMS))


def verb_of(text: str) -> tuple[Form | None, str]:
    """The form that a text begins with, and what stands behind its verb."""
    first, rest = typed.first_word(text)
    second, further = typed.first_word(rest)
    if second and (form := _BY_WORD.get(typed.key(first) + typed.key(second))) is not None:
        return form, further.strip()
    if first.casefold() == "/release":
        return verb_of(rest) if rest.strip() else (form_of(Question.HELP), "")
    return _BY_WORD.get(typed.key(first)), rest.strip()


def _shown(word: str) -> str:
    return word if len(word) <= _SHOWN_LENGTH else word[: _SHOWN_LENGTH - 1] + "…"
