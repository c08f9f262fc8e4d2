"""The words of private answers.  Pure."""

from bot.domain.commands.receipts import Receipt
from handlers.slack.cards import SECTION, Block, button_of, rows, section
from handlers.slack.text import in_markup, in_words, markup, stacked

NO_DIALOG = "Slack did not open the dialog in time. Nothing was decided; press the button again."


def drawn(receipt: Receipt) -> tuple[str, list[Block]]:
    """Confirm somebody's own decision, for this person alone: to the second, as the record has it."""
    told = (in_markup(line, seconds=True) for line in (receipt.decided, *receipt.follows))
    blocks = [section(markup(stacked(told, SECTION)))]
    if receipt.undo is not None:
        blocks += rows([button_of(receipt.undo)])
    return in_words(receipt.decided, seconds=True), blocks
