"""Read labels that arrived later, in SageMaker's shape, and find the rows that they belong to.

{"groundTruthData": {"data": "1", "encoding": "CSV"}, "eventMetadata": {"eventId": "…"}, "eventVersion": "0"}

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html

`eventId` is the inference id that the caller sent, else the endpoint's event id. A request of several
rows has as many lines of data. Files are read in the order of their names; the last label wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from captures import (
    JSON,
    BrokenLine,
    Tally,
    decode,
    parse_json,
    parse_object,
    read_event_id,
    read_lines,
    read_records,
)


@dataclass
class Labels:
    """Labels by request, and what was strange about them."""

    by_event: dict[str, list[str]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    #: Said again, and the same.
    repeated: int = 0
    #: Said again, and different: the last one counts.
    contradicting: int = 0
    #: Requests whose labels are not as many as their rows.
    mismatched: int = 0
    #: The requests of labels that a captured row was found for.
    found: set[str] = field(default_factory=set)

    def add(self, event_id: str, labels: list[str]) -> None:
        """Add the labels of a request."""
        before = self.by_event.get(event_id)
        if before is not None:
            self.repeated += before == labels
            self.contradicting += before != labels
        self.by_event[event_id] = labels

    def find(self, event_id: str, index: int) -> str | None:
        """The label of a captured row."""
        labels = self.by_event.get(event_id)
        if labels is None:
            return None
        self.found.add(event_id)
        if index >= len(labels):
            self.mismatched += 1
            return None
        return labels[index]

    def describe(self) -> dict[str, Any]:
        """For the report. Labels of other windows are unknown to this one, too."""
        return {
            "requests": len(self.by_event),
            "unknown": len(self.by_event) - len(self.found),
            "repeated": self.repeated,
            "contradicting": self.contradicting,
            "mismatched": self.mismatched,
            "broken": self.tally.describe()["broken"],
        }


def read_labels(folder: Path) -> Labels:
    """All labels below a folder."""
    labels = Labels()
    for file, number, line in read_lines(folder, labels.tally):
        try:
            for event_id, own in read_label_line(line):
                labels.add(event_id, own)
        except BrokenLine as error:
            labels.tally.note(file, number, str(error))
    return labels


def read_label_line(text: bytes) -> Iterator[tuple[str, list[str]]]:
    """The labels of a request, one for each of its rows."""
    line = parse_object(text)
    event_id, _ = read_event_id(line)
    data, kind = decode(line.get("groundTruthData"), "groundTruthData")
    if kind == JSON:
        found = parse_json(data, "groundTruthData")
        found = found if isinstance(found, list) else [found]
    else:
        found = [record[0] for record in read_records(data, ",") if len(record) == 1]
    labels = [_as_text(value) for value in found]
    if not labels or None in labels:
        raise BrokenLine("groundTruthData.data is not one label a row")
    yield event_id, [label for label in labels if label is not None]


def _as_text(value: Any) -> str | None:
    if isinstance(value, dict | list) or value is None:
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.strip() or None
