"""What people do, joined once for every surface: look, decide, press a button, type a line."""

from dataclasses import dataclass

from bot.ports import Clusters, NewId, Storage
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.answer_question import AnswerQuestion
from bot.usecases.decide import Decide
from bot.usecases.find_releases import FindReleases
from bot.usecases.look import Look
from bot.usecases.note_decision import NoteDecision, ignore
from bot.usecases.press_button import PressButton
from bot.usecases.record_stranger import RecordStranger
from bot.usecases.summarise import Summarise
from bot.usecases.tell_figures import TellFigures
from bot.usecases.tell_history import TellHistory
from bot.usecases.who_may import WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What a surface translates to.

    Args:
        press: for buttons in a chat, whose people show no token.
    """

    who_may: WhoMay
    look: Look
    decide: Decide
    press: PressButton
    answer_command: AnswerCommand
    summarise: Summarise
    tell_figures: TellFigures
    tell_history: TellHistory


def serve_people(
    storage: Storage,
    who_may: WhoMay,
    *,
    new_id: NewId,
    clusters: Clusters,
    several_clusters: bool,
    note: NoteDecision = ignore,
) -> People:
    reader = storage.reader
    look = Look(reader=reader, who_may=who_may, several_clusters=several_clusters, clusters=clusters)
    decide = Decide(open_records=storage.open_records, reader=reader, who_may=who_may, new_id=new_id, note=note)
    find, summarise = FindReleases(reader=reader), Summarise(reader=reader, figures=storage.figures, look=look)
    tell_figures = TellFigures(reader=reader, figures=storage.figures, summarise=summarise)
    question = AnswerQuestion(reader=reader, look=look, find=find, tell_figures=tell_figures)
    stranger = RecordStranger(open_records=storage.open_records)
    return People(
        who_may=who_may,
        look=look,
        decide=decide,
        press=PressButton(decide=decide, reader=reader, look=look, record_stranger=stranger),
        answer_command=AnswerCommand(find=find, look=look, answer_question=question, decide=decide),
        summarise=summarise,
        tell_figures=tell_figures,
        tell_history=TellHistory(reader=reader),
    )
