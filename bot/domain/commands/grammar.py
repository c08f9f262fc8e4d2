"""What can be typed, as data.  A verb is one entry of `FORMS`; the parser, the help and every surface follow it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.decision import Verb, Verdict


class Question(StrEnum):
    """What can be asked; it changes nothing."""

    STATUS = "status"
    WAITING = "waiting"
    WHY = "why"
    WHO = "who"
    HISTORY = "history"
    AUDIT = "audit"
    SUMMARY = "summary"
    INSIGHTS = "insights"
    HELP = "help"


class Subject(StrEnum):
    """What stands behind the verb, as the help writes it."""

    NOTHING = ""
    RELEASE = "<workload|#number>"
    RELEASE_OR_ALL = "[workload|#number]"
    PERIOD = "[period]"
    VERB = "[verb]"


class Words(StrEnum):
    """Whether words may follow.  Whether they must is said by the policy, not by the grammar."""

    NONE = ""
    OPTIONAL = "[reason]"
    WANTED = "<reason>"


class Pages(StrEnum):
    """How a long answer goes on: by the flag that its last line shows."""

    NONE = ""
    RELEASES = "after"  # That release.
    RECORDS = "before"  # That place of the record.


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One thing that can be typed.

    Args:
        words: its verb, then whatever else is understood; lower-case and without hyphens.
        says: what it does, in half a sentence.
        example: what stands behind the verb in a line that would be right.
        more: what is good to know besides.
    """

    does: Verdict | Verb | Question
    words: tuple[str, ...]
    subject: Subject
    reason: Words = Words.NONE
    pages: Pages = Pages.NONE
    says: str
    example: str = ""
    more: str = ""

    @property
    def verb(self) -> str:
        return self.words[0]

    @property
    def usage(self) -> str:
        return " ".join(filter(None, (self.verb, self.subject, self.reason)))

    @property
    def right(self) -> str:
        return f"{self.verb} {self.example}".strip()

    def right_for(self, name: str) -> str:
        """A line that would have been right about this very thing."""
        return f"{self.verb} {name} {self.example.partition(' ')[2]}".strip()


def _decides(
    does: Verdict | Verb, *words: str, says: str, example: str, more: str = "", wants_reason: bool = False
) -> Form:
    reason = Words.WANTED if wants_reason else Words.OPTIONAL
    return Form(does=does, words=words, subject=Subject.RELEASE, reason=reason, says=says, example=example, more=more)


def _asks(
    does: Question, subject: Subject, *, says: str, example: str = "", more: str = "", pages: Pages = Pages.NONE
) -> Form:
    return Form(does=does, words=(does.value,), subject=subject, says=says, example=example, more=more, pages=pages)


_LOOKS = (
    _asks(
        Question.STATUS,
        Subject.RELEASE_OR_ALL,
        says="how a release stands; without a name, every open one",
        example="shop/checkout",
        pages=Pages.RELEASES,
    ),
    _asks(Question.WAITING, Subject.NOTHING, says="what waits for people", pages=Pages.RELEASES),
    _asks(
        Question.WHY,
        Subject.RELEASE,
        says="why a release waits, in one line",
        example="shop/checkout",
        more="It says what would move it as well.",
    ),
    _asks(Question.WHO, Subject.RELEASE, says="who may decide, and who has", example="shop/checkout"),
    _asks(
        Question.HISTORY,
        Subject.RELEASE,
        says="who decided what, when and why",
        example="shop/checkout",
        pages=Pages.RECORDS,
    ),
    _asks(
        Question.AUDIT,
        Subject.RELEASE,
        says="the lines of the record about a release",
        example="shop/checkout#142",
        more="Each with its place in the record, newest first. Refused attempts are among them.",
        pages=Pages.RECORDS,
    ),
)

_DECISIONS = (
    _decides(
        Verdict.APPROVE,
        *("approve", "promote", "continue"),
        says="say yes at the gate that waits",
        example="shop/checkout looks good",
        more="It counts for this release at this gate alone. Said twice it counts once.",
    ),
    _decides(
        Verdict.REJECT,
        "reject",
        says="say no at the gate that waits: it does not start, or is rolled back",
        example="shop/checkout orders are rounded wrongly",
        more="One person is enough.",
        wants_reason=True,
    ),
    _decides(
        Verb.ROLL_BACK,
        *("rollback", "roll back", "abort", "undo"),
        says="bring the old version back",
        example="shop/checkout errors in the log",
        more="One person is enough: an approver of any stage, or the author.",
    ),
    _decides(
        Verdict.TAKE_BACK,
        *("takeback", "take back"),
        says="take your own approval back, until the engine was told",
        example="shop/checkout",
    ),
    _decides(
        Verdict.REOPEN,
        "reopen",
        says="ask again for a start that was refused",
        example="shop/checkout",
        more="It waits for approvals anew; none of before counts.",
    ),
    _decides(
        Verb.PAUSE,
        "pause",
        says="hold every gate of a release",
        example="shop/checkout until the sale is over",
        more="People may go on deciding, and deadlines go on.",
    ),
    _decides(Verb.RESUME, "resume", says="let a paused release go on", example="shop/checkout"),
    _decides(
        Verb.RETRY,
        *("retry", "try again"),
        says="let a failed release be tried again, where the engine can",
        example="shop/checkout the registry is back",
    ),
    _decides(
        Verb.SKIP,
        "skip",
        says="skip the step that is at work, where the engine can",
        example="shop/checkout measured by hand",
        more="It needs the approvals of a promotion.",
    ),
    _decides(
        Verb.PROMOTE_FULL,
        *("full", "promote full"),
        says="promote in full, past every step left, where the engine can",
        example="shop/checkout hotfix",
        more="It needs the approvals of a promotion.",
    ),
)

_FIGURES = (
    _asks(
        Question.SUMMARY,
        Subject.PERIOD,
        says="what waits, and what became of the rest, in the last day or so long",
        example="1d",
        more="It is what the scheduled summaries say, of the time until now. A period is such as 12h, 7d or 4w.",
    ),
    _asks(
        Question.INSIGHTS,
        Subject.PERIOD,
        says="figures of the last week or so long: how often, how well, how long people were waited for",
        example="30d",
        more="Each beside that of the period before. A period is such as 12h, 7d or 4w.",
    ),
)

_HELP = _asks(Question.HELP, Subject.VERB, says="what can be typed; with a verb, more about it", example="approve")

FORMS = (*_LOOKS, *_DECISIONS, *_FIGURES, _HELP)


def form_of(does: Verdict | Verb | Question) -> Form:
    return next(form for form in FORMS if form.does == does)


def usages(forms: Iterable[Form] = FORMS) -> tuple[str, ...]:
    """A line for each form: how it is typed, and what it does."""
    return tuple(f"{form.usage} · {form.says}" for form in forms)


def taught() -> tuple[str, ...]:
    """What can be typed, by an example each, and how a release is named."""
    return (
        "To look:",
        *_examples(_LOOKS),
        "To decide:",
        *_examples(_DECISIONS),
        "To sum up:",
        *_examples(_FIGURES),
        "A release is named by its workload, checkout, shop/checkout or prod-eu/shop/checkout, or by its number, #142.",
        "Only you read the answer; with --share at the end, everybody here does.",
        "More about one of them: help approve",
    )


def _examples(forms: Iterable[Form]) -> tuple[str, ...]:
    return tuple(f"    {form.right} · {form.says}" for form in forms)


def explained(form: Form) -> tuple[str, ...]:
    """Everything there is to say about one form."""
    also = f"Understood as well: {', '.join(form.words[1:])}." if form.words[1:] else ""
    example = f"For example: {form.right}" if form.example else ""
    return tuple(filter(None, (*usages([form]), form.more, also, example)))
