"""The page about the record, held against the record."""

import json
import re
import subprocess
import sys
from pathlib import Path

from bot.domain.audit import Action

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
VERIFIER = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)


def run_verifier(tmp_path, lines):
    assert VERIFIER is not None
    export = tmp_path / "record.jsonl"
    export.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", VERIFIER[1], str(export)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


async def test_ten_lines_verify_an_export_and_find_a_change(bot, tmp_path):
    body = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a", "metadata": {"text": "ü"}}
    await bot.ask("flagger/confirm-promotion", body)
    await bot.approve()
    await bot.ask("flagger/confirm-promotion", body)
    record = await bot.record()

    code, said = run_verifier(tmp_path, record)
    assert (code, said.strip()) == (0, f"whole: {len(record)} records, head {record[-1]['seq']}:{record[-1]['hash']}")

    record[2]["actor"] = "eve@example.com"
    code, said = run_verifier(tmp_path, record)
    assert code != 0
    assert "record 3 was changed" in said


def named_in(cell):
    """`gate.reached`, `.opened`: what begins with a dot is of the same family as the first."""
    first, *more = re.findall(r"`([a-z_.]+)`", cell)
    family = first.partition(".")[0]
    return {first, *(family + word if word.startswith(".") else word for word in more)}


def test_the_page_names_every_action_and_no_other():
    table = PAGE.partition("| actions | tell |\n| --- | --- |\n")[2].partition("\n\n")[0]
    named = [named_in(row.split(" | ")[0]) for row in table.splitlines()]

    assert set().union(*named) == set(Action)
