"""What Slack refuses for its size or form: the whole card, so that nobody would see it."""

from typing import Any

# Source: docs.slack.dev, reference/block-kit.
BLOCKS, VIEW_BLOCKS, ELEMENTS, CONTEXT_ELEMENTS, FIELDS = 50, 100, 25, 10, 10
HEADER, SECTION, BUTTON, VALUE, ID = 150, 3000, 75, 2000, 255
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
VIEW_TITLE, METADATA, LABEL, HINT, INPUT = 24, 3000, 2000, 2000, 3000
FALLBACK = 4000
VIEW_BYTES = 250_000
STYLES = {"primary", "danger"}


def check_message(message: dict[str, Any]) -> None:
    assert message.get("text"), "a message needs words for phones and screen readers"
    assert len(message["text"]) <= FALLBACK
    if "blocks" in message:
        check_blocks(message["blocks"])


def check_blocks(blocks: list[dict[str, Any]], *, most: int = BLOCKS) -> None:
    assert 0 < len(blocks) <= most, f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(set(ids)) == len(ids), "a block_id twice"
    for block in blocks:
        _check_block(block)


def check_view(view: dict[str, Any]) -> None:
    check_blocks(view["blocks"], most=VIEW_BLOCKS)
    for name in ("title", "submit", "close"):
        if name in view:
            _check_text(view[name], VIEW_TITLE, plain=True)
    assert "title" in view
    assert "submit" in view or all(block["type"] != "input" for block in view["blocks"]), "an input without submit"
    assert len(view.get("private_metadata", "")) <= METADATA
    assert len(view.get("callback_id", "")) <= ID


def _check_block(block: dict[str, Any]) -> None:
    assert len(block.get("block_id", "")) <= ID
    match block["type"]:
        case "header":
            _check_text(block["text"], HEADER, plain=True)
        case "section":
            _check_text(block["text"], SECTION)
            assert len(block.get("fields", [])) <= FIELDS
        case "context":
            assert 0 < len(block["elements"]) <= CONTEXT_ELEMENTS
            for element in block["elements"]:
                _check_text(element, SECTION)
        case "actions":
            _check_actions(block["elements"])
        case "input":
            _check_text(block["label"], LABEL, plain=True)
            _check_text(block["hint"], HINT, plain=True)
            assert 0 < block["element"]["max_length"] <= INPUT
        case "divider":
            pass
        case other:
            raise AssertionError(f"{other} is no block of ours")


def _check_actions(elements: list[dict[str, Any]]) -> None:
    assert 0 < len(elements) <= ELEMENTS
    ids = [element["action_id"] for element in elements]
    assert len(set(ids)) == len(ids), f"an action_id twice: {ids}"
    for element in elements:
        assert element["type"] == "button"
        assert 0 < len(element["action_id"]) <= ID
        assert 0 < len(element["value"]) <= VALUE
        assert element.get("style", "primary") in STYLES
        _check_text(element["text"], BUTTON, plain=True)
        for name, most in CONFIRM.items():
            if "confirm" in element:
                _check_text(element["confirm"][name], most)


def _check_text(text: dict[str, Any], most: int, *, plain: bool = False) -> None:
    assert len(text["text"].strip()) > 0, "an empty text"
    assert len(text["text"]) <= most, f"{len(text['text'])} characters, at most {most}"
    assert text["type"] in ({"plain_text"} if plain else {"plain_text", "mrkdwn"})
    assert ("emoji" in text) <= (text["type"] == "plain_text"), "emoji is for plain_text alone"
    assert ("verbatim" in text) <= (text["type"] == "mrkdwn"), "verbatim is for mrkdwn alone"
