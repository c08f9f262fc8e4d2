"""The page about the record, held against the record."""

import json
import re
import subprocess
import sys
from pathlib import Path

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


async def test_every_action_is_named_on_the_page(bot):
    body = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a"}
    await bot.ask("flagger/confirm-promotion", body)
    await bot.roll_back()
    await bot.ask("flagger/rollback", body)

    named = {
        prefix + word
        for row in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
        for word in re.findall(r"`\.?([a-z_.]+)`", row)
        for prefix in ("", "release.", "gate.")
    }
    assert set(await bot.actions()) <= named
