"""Train models of the kit, and say what the containers of SageMaker would answer.

    python make_model.py FOLDER

Writes `pipeline/` (two containers) and `single/` below the folder, as they are unpacked for a container, and
prints the requests with the answers of their scripts as JSON.
"""

import json
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, "projects/tabular/python")
sys.path.insert(0, "projects/tabular/test")

from kit_run import Run, render, weather_manifest, weather_rows

ROWS = "2015-07-03,,4.5,overcast,2.5,\n2015-12-24,,0.25,overcast,7,\n"
NAMED = {"day": "2015-07-03", "rain mm": 4.5, "sky": "overcast", "wind": 2.5}
REQUESTS = (
    ("text/csv", ROWS),
    (
        "application/json",
        json.dumps({"rows": [NAMED], "include": ["probabilities", "riskFactors"]}),
    ),
)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a model archive."""
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


def main(target: Path) -> None:
    """Train, unpack and ask."""
    label = {"name": "kind", "type": "category"}
    run = Run(weather_manifest("multiclass", label), render(weather_rows(200), "kind"))
    run.prepare().train("model", "--algorithm", "logistic-regression")
    unpack(run.folder / "model/model.tar.gz", target / "pipeline/container-2")
    unpack(run.folder / "prepared/preprocessor/model.tar.gz", target / "pipeline/container-1")
    prepared = str(run.folder / "prepared/preprocessor")
    run.train("single", "--algorithm", "logistic-regression", "--preprocessor", prepared)
    unpack(run.folder / "single/model.tar.gz", target / "single")
    models = {"pipeline": run.served("model"), "single": run.served("single")}
    answers = [
        {"model": name, "contentType": kind, "body": body, "answer": served.ask(body, kind)}
        for name, served in models.items()
        for kind, body in REQUESTS
    ]
    print(json.dumps({"answers": answers, "named": NAMED}))
    run.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
