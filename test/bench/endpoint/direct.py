"""direct.py PREPROCESSOR_MODEL BOOSTER_MODEL SECONDS ROW: the pipeline's functions, called in one process."""

import importlib.machinery
import json
import os
import sys
import time
import types


def load(folder, name):
    """Import the serving script with its neighbours: the two archives have modules of the same names."""
    code = os.path.join(folder, "code")
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(code, "inference.py"))
    module = types.ModuleType(name)
    neighbours = {os.path.splitext(entry)[0] for entry in os.listdir(code)}
    sys.path.insert(0, code)
    try:
        loader.exec_module(module)
    finally:
        sys.path.remove(code)
        for neighbour in neighbours:
            sys.modules.pop(neighbour, None)
    return module


def pipeline(preprocessor_folder, booster_folder):
    """One function from a raw row to the answer, as the two containers compute it together."""
    preprocessor = load(preprocessor_folder, "preprocessor")
    booster = load(booster_folder, "booster")
    first = preprocessor.model_fn(preprocessor_folder)
    second = booster.model_fn(booster_folder)

    def predict(row):
        features, content_type = preprocessor.transform_fn(first, row, "text/csv", "text/csv")
        return booster.transform_fn(second, features, content_type, "text/csv")[0]

    return predict


def main():
    preprocessor_folder, booster_folder, seconds, row = sys.argv[1:]
    predict = pipeline(preprocessor_folder, booster_folder)
    for _ in range(50):
        predict(row)
    answer, latencies, end = None, [], time.perf_counter() + float(seconds)
    began = time.perf_counter()
    while time.perf_counter() < end:
        at = time.perf_counter()
        answer = predict(row)
        latencies.append((time.perf_counter() - at) * 1000)
    latencies.sort()
    print(
        json.dumps(
            {
                "requestsPerSecond": len(latencies) / (time.perf_counter() - began),
                "p50": latencies[len(latencies) // 2],
                "p99": latencies[int(len(latencies) * 0.99)],
                "answer": answer,
                "errors": 0,
            }
        )
    )


if __name__ == "__main__":
    main()
