"""The grammar: one line of text to what is meant, or to what would have been right."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands.command import NAME_LENGTH, TEXT_LENGTH, Command, Mistake, Target, parse
from bot.domain.commands.grammar import FORMS, Question, Subject, Words, explained, form_of, taught
from bot.domain.decision import REASON_LENGTH, Verb, Verdict

CHECKOUT = Target(namespace="shop", name="checkout")

QUOTED = st.sampled_from(["{}", "“{}”", "„{}“", "«{}»", "'{}'", '"{}"', "`{}`", " {} "])


def understood(text: str) -> Command:
    command = parse(text)
    assert isinstance(command, Command), str(command)
    return command


def misunderstood(text: str) -> Mistake:
    mistake = parse(text)
    assert isinstance(mistake, Mistake), mistake
    return mistake


@pytest.mark.parametrize("text", ["", " ", "\n\t", "help", "HELP", "/release", "/release help", "--share", "\u00a0"])
def test_nothing_at_all_is_help(text):
    assert understood(text).form.does is Question.HELP
    assert understood(text).topic is None


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.verb)
def test_the_example_of_every_form_is_right(form):
    assert understood(form.right).form is form


@pytest.mark.parametrize(("form", "case"), list(product(FORMS, [str.upper, str.title, str.swapcase])))
def test_a_verb_is_understood_in_any_case(form, case):
    assert understood(f"{case(form.verb)} {form.example}").form is form


@pytest.mark.parametrize(
    ("typed", "does"),
    [
        ("promote", Verdict.APPROVE),
        ("continue", Verdict.APPROVE),
        ("abort", Verb.ROLL_BACK),
        ("undo", Verb.ROLL_BACK),
        ("promote full", Verb.PROMOTE_FULL),
        ("Promote-Full", Verb.PROMOTE_FULL),
        ("try again", Verb.RETRY),
        ("roll back", Verb.ROLL_BACK),
        ("Roll-Back", Verb.ROLL_BACK),
        ("roll_back", Verb.ROLL_BACK),
        ("take back", Verdict.TAKE_BACK),
        ("take-back", Verdict.TAKE_BACK),
        ("/approve", Verdict.APPROVE),
        ("approve:", Verdict.APPROVE),
        ("/release approve", Verdict.APPROVE),
        ("“approve”", Verdict.APPROVE),
        ("\u200bapprove", Verdict.APPROVE),
    ],
)
def test_the_words_of_engines_and_of_phones_are_understood(typed, does):
    command = understood(f"{typed} shop/checkout")

    assert command.form.does == does
    assert command.target == CHECKOUT


@pytest.mark.parametrize(
    ("word", "target"),
    [
        pytest.param("checkout", Target(name="checkout"), id="a name"),
        pytest.param("shop/checkout", CHECKOUT, id="a namespace"),
        pytest.param("prod-eu/shop/checkout", Target(cluster="prod-eu", namespace="shop", name="checkout"), id="all"),
        pytest.param("canary:checkout", Target(kind="canary", name="checkout"), id="a kind"),
        pytest.param(
            "Canary:prod-eu/shop/checkout#142",
            Target(kind="Canary", cluster="prod-eu", namespace="shop", name="checkout", number=142),
            id="everything",
        ),
        pytest.param("#142", Target(number=142), id="a number alone"),
        pytest.param("shop/checkout#142", Target(namespace="shop", name="checkout", number=142), id="a label"),
        pytest.param("shop/checkout #142", Target(namespace="shop", name="checkout", number=142), id="a blank in it"),
        pytest.param("142", Target(name="142"), id="a name of digits"),
        pytest.param("api.v1.shop", Target(name="api.v1.shop"), id="dots"),
        pytest.param("café/größe", Target(namespace="café", name="größe"), id="unicode"),
        pytest.param(f"shop/{'x' * 253}", Target(namespace="shop", name="x" * 253), id="the longest name"),
        pytest.param("approve", Target(name="approve"), id="a name that is a verb"),
        pytest.param("shop/checkout,", CHECKOUT, id="a comma behind it"),
        pytest.param("shop/\u200bcheckout\u202e", CHECKOUT, id="signs that nobody sees"),
        pytest.param("„shop/checkout“", CHECKOUT, id="German quotes"),
        pytest.param("« shop/checkout »", CHECKOUT, id="French quotes with blanks"),
        pytest.param("“shop/checkout", CHECKOUT, id="a quote left open"),
    ],
)
def test_a_workload_is_named_in_every_form(word, target):
    command = understood(f"approve {word}")

    assert command.target == target
    assert command.reason == ""


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("looks good", "looks good", id="bare"),
        pytest.param("“looks good”", "looks good", id="in quotes"),
        pytest.param("don't like it", "don't like it", id="an apostrophe"),
        pytest.param("'tis bad", "'tis bad", id="an apostrophe first"),
        pytest.param('"a" beats "b"', '"a" beats "b"', id="quotes at both ends"),
        pytest.param("see #12", "see #12", id="a number further on"),
        pytest.param("line one\nline two", "line one line two", id="two lines"),
        pytest.param("a\x00b\ud800c", "a bc", id="what no database takes"),
        pytest.param("we --share too much", "we --share too much", id="the flag's word amid it"),
        pytest.param("— too slow", "— too slow", id="a long dash"),
        pytest.param("—too slow", "—too slow", id="a long dash at its word"),
        pytest.param("-- too slow", "-- too slow", id="a dash of two"),
        pytest.param("not --full", "not --full", id="a flag further on"),
        pytest.param("é" * REASON_LENGTH, "é" * REASON_LENGTH, id="the longest"),
    ],
)
def test_the_rest_is_the_reason(typed, reason):
    assert understood(f"reject shop/checkout {typed}").reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "status shop/checkout --share",
        "status --share shop/checkout",
        "--share status shop/checkout",
        "status shop/checkout —share",
        "STATUS shop/checkout –SHARE",
    ],
)
def test_the_flag_shares_the_answer(text):
    command = understood(text)

    assert command.shared
    assert command.target == CHECKOUT


def test_the_flag_is_taken_from_the_end_of_a_reason():
    command = understood("reject shop/checkout too slow --share")

    assert command.shared
    assert command.reason == "too slow"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("status --after shop/checkout#7", "shop/checkout#7", id="a label"),
        pytest.param("waiting --after canary:eu/shop/cart#7", "canary:eu/shop/cart#7", id="a whole name"),
        pytest.param("waiting —after=#7", "#7", id="as a phone writes it"),
        pytest.param("WAITING --AFTER #7 --share", "#7", id="shared"),
        pytest.param("waiting", "None", id="from the beginning"),
    ],
)
def test_a_list_goes_on_behind_a_release(text, after):
    assert str(understood(text).after) == after


@pytest.mark.parametrize("verb", ["history", "audit"])
def test_a_time_line_goes_on_before_a_place_of_the_record(verb):
    command = understood(f"{verb} shop/checkout --before 1042")

    assert (command.target, command.before) == (CHECKOUT, 1042)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("aprove shop/checkout", "approve <workload|#number> [reason]", id="a slip"),
        pytest.param("rolback shop/checkout", "rollback <workload|#number> [reason]", id="a letter too few"),
        pytest.param("help aprove", "approve <workload|#number> [reason]", id="a slip behind help"),
        pytest.param("checkout approve", "approve checkout looks good", id="the wrong way round"),
        pytest.param("shop/checkout", "status shop/checkout", id="no verb"),
        pytest.param("#142", "status #142", id="a number alone"),
        pytest.param("approve", "approve shop/checkout looks good", id="of what"),
        pytest.param("reject --share", "reject shop/checkout orders are rounded wrongly", id="a flag is no workload"),
        pytest.param("why shop/checkout now", "why shop/checkout", id="too much"),
        pytest.param("waiting shop/checkout", "waiting", id="stands alone"),
        pytest.param("approve a/b/c/d", "approve shop/checkout looks good", id="too many parts"),
        pytest.param("approve shop//checkout", "approve shop/checkout looks good", id="an empty part"),
        pytest.param("approve shop/checkout#", "approve shop/checkout looks good", id="a number without digits"),
        pytest.param("approve #9999999999", "approve shop/checkout looks good", id="a number beyond all"),
        pytest.param("approve #١٢", "approve shop/checkout looks good", id="digits of another script"),
        pytest.param("approve --force", "approve shop/checkout looks good", id="a flag we do not know"),
        pytest.param("promote checkout --full", "full checkout hotfix", id="as Argo's tool has it"),
        pytest.param("promote checkout —full", "full checkout hotfix", id="as a phone has that"),
        pytest.param("undo checkout --to-revision=3", "rollback checkout errors in the log", id="as kubectl has it"),
        pytest.param("waiting --after shop/checkout", "waiting", id="behind a workload"),
        pytest.param("waiting --after", "waiting", id="behind nothing"),
        pytest.param("status checkout --after #7", "status shop/checkout", id="one is no list"),
        pytest.param("history checkout --before shop", "history shop/checkout", id="before a name"),
        pytest.param("xyzzy", "approve <workload|#number> [reason]", id="nothing like it"),
    ],
)
def test_a_mistake_shows_what_would_have_been_right(text, right):
    mistake = misunderstood(text)

    assert right in mistake.right
    assert right in str(mistake)


def test_a_reason_that_is_too_long_is_a_mistake():
    assert "2,000" in misunderstood("reject shop/checkout " + "x" * (REASON_LENGTH + 1)).wrong


def test_a_name_longer_than_any_is_a_mistake_and_is_not_repeated_whole():
    mistake = misunderstood("status " + "x" * (NAME_LENGTH + 1))

    assert len(mistake.wrong) < 120


def test_a_long_first_word_is_answered_shortly():
    assert len(misunderstood("x" * TEXT_LENGTH).wrong) < 120


def test_a_line_beyond_all_bounds_is_a_mistake():
    assert "5,000" in misunderstood("status " + " " * TEXT_LENGTH).wrong


def test_help_about_a_verb_tells_its_other_words_and_an_example():
    command = understood("help Promote")

    assert command.topic is form_of(Verdict.APPROVE)
    assert explained(command.topic) == (
        "approve <workload|#number> [reason] · say yes at the gate that waits",
        "It counts for this release at this gate alone. Said twice it counts once.",
        "Understood as well: promote, continue.",
        "For example: approve shop/checkout looks good",
    )


def test_help_teaches_every_form_by_an_example_that_is_right():
    examples = [line.strip().partition(" · ")[0] for line in taught() if line.startswith("    ")]

    assert {understood(example).form.does for example in examples} == {form.does for form in FORMS} - {Question.HELP}


def test_no_word_means_two_things():
    words = [word for form in FORMS for word in form.words]

    assert len(words) == len(set(words))


def test_a_reason_is_taken_by_decisions_alone():
    assert all((form.reason is Words.NONE) == isinstance(form.does, Question) for form in FORMS)


@given(st.text())
def test_no_text_breaks_it(text):
    assert isinstance(parse(text), Command | Mistake)


@given(st.sampled_from([form.verb for form in FORMS]), st.text(alphabet="a#/:-—'“”» \x00\ud800\u200b1٣"))
def test_nothing_behind_a_verb_breaks_it(verb, behind):
    assert isinstance(parse(f"{verb} {behind}"), Command | Mistake)


@given(
    form=st.sampled_from([form for form in FORMS if form.subject is Subject.RELEASE]),
    quoted=QUOTED,
    number=st.none() | st.integers(0, 999_999_999),
    name=st.from_regex(r"[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?", fullmatch=True),
)
def test_what_is_printed_of_a_target_is_read_back(form, quoted, number, name):
    target = Target(kind="canary", cluster="eu", namespace="shop", name=name, number=number)

    command = understood(f"{form.verb} {quoted.format(target)}")

    assert command.target == target
