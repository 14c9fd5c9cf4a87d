"""The rule by which labels find captured rows: the cases hold the retraining's datasets (handlers/gather-labels), too."""

import json
import sys
import tempfile
import unittest
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/python"))
sys.path.insert(0, str(Path(__file__).parents[2] / "monitoring/python"))

import captures
from ground_truth import Labels, read_labels
from profiles import read_column

DEFINED = json.loads((Path(__file__).parent / "join-cases.json").read_text(encoding="utf-8"))
REQUEST = [{"name": name} for name in DEFINED["columns"]]


def write_lines(path: Path, lines: list[Any]) -> None:
    """Lines as they are, or as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")


def as_texts(fields: list[Any]) -> list[str]:
    """Fields as they are compared; gaps are empty."""
    values, _ = read_column(fields, {"name": "any", "type": "category"}, {})
    return ["" if value is None else value for value in values]


def join(case: dict[str, Any], folder: Path) -> tuple[list[list[str]], Labels, captures.Tally]:
    """The labelled rows of a case, each with its label last."""
    write_lines(folder / "captures/10/a.jsonl", case["captures"])
    for number, lines in enumerate(case["labels"]):
        write_lines(folder / f"labels/10/{number}.jsonl", lines)
    labels, tally = read_labels(folder / "labels"), captures.Tally()
    window = captures.Window(*[datetime.fromisoformat(DEFINED[end]) for end in ("since", "until")])
    form = {"delimiter": case["delimiter"]}
    rows = []
    for row in captures.read_captures(folder / "captures", REQUEST, form, window, tally):
        label = labels.find(row.event_id, row.index)
        if label is not None:
            rows.append([*as_texts(row.fields), label])
    return rows, labels, tally


class JoinTest(unittest.TestCase):
    """Each case as monitoring reads it."""

    def test_joins_as_the_cases_say(self) -> None:
        for case in DEFINED["cases"]:
            expected = case["expect"]
            with self.subTest(case["name"]), tempfile.TemporaryDirectory() as folder:
                rows, labels, tally = join(case, Path(folder))
                found = labels.describe()
                self.assertEqual(rows, expected["rows"])
                for count in ("contradicting", "unknown", "mismatched"):
                    self.assertEqual(found[count], expected.get(count, 0), count)
                self.assertEqual(tally.reasons, expected.get("brokenCaptures", {}))
                self.assertEqual(found["broken"]["reasons"], expected.get("brokenLabels", {}))


if __name__ == "__main__":
    unittest.main()
