"""All steps for each problem and algorithm, on a table with a column of every type.

python3 -m unittest discover -s projects/tabular/test
"""

import unittest

from kit_run import Run, render, weather_manifest, weather_rows

KIND = {"name": "kind", "type": "category", "values": ["sun", "rain", "snow"]}
WET = {"name": "wet", "type": "integer", "minimum": 0, "maximum": 1}
AMOUNT = {"name": "amount", "type": "number"}
ROW = ["2015-07-03", "", "4.5", "overcast", "2.5", ""]
NAMED = {"day": "2015-01-03", "rain mm": 4.5, "sky": "overcast", "wind": 2.5, "note": None}
EVERYTHING = ["probability", "probabilities", "confidence", "riskFactors"]


class ProblemTest(unittest.TestCase):
    """What holds for every problem and algorithm."""

    CASES = {
        "regression": (AMOUNT, ["xgboost", "random-forest", "linear-regression"]),
        "binary": (WET, ["xgboost", "random-forest", "logistic-regression"]),
        "multiclass": (KIND, ["xgboost", "random-forest", "logistic-regression"]),
    }

    def test_learns_with_every_algorithm(self) -> None:
        for problem, (label, algorithms) in self.CASES.items():
            manifest = weather_manifest(problem, label)
            run = Run(manifest, render(weather_rows(), label["name"])).prepare()
            self.addCleanup(run.close)
            for algorithm in algorithms:
                with self.subTest(f"{problem} {algorithm}"):
                    few = ["--num_parallel_tree", "50"] if algorithm == "random-forest" else []
                    run.train(algorithm, "--algorithm", algorithm, *few)
                    evaluation = run.evaluate(algorithm)
                    for metrics in (evaluation, evaluation["out_of_fold"]):
                        self.check_metrics(problem, metrics)
                    self.check_contributions(run, algorithm, problem)

    def check_metrics(self, problem: str, evaluation: dict) -> None:
        name, least = {
            "regression": ("r2", 0.7),
            "binary": ("auc", 0.8),
            "multiclass": ("macro_f1", 0.6),
        }[problem]
        key = (
            f"{problem}_metrics" if problem == "regression" else f"{problem}_classification_metrics"
        )
        metric = evaluation[key][name]
        self.assertGreater(metric["value"], least)
        self.assertLessEqual(metric["lower"], metric["value"])
        self.assertGreaterEqual(metric["upper"], metric["value"])
        self.assertGreater(metric["standard_deviation"], 0)

    def check_contributions(self, run: Run, name: str, problem: str) -> None:
        """The column that decides most is named first, and none twice."""
        include = ["riskFactors"] if problem == "regression" else EVERYTHING
        (answer,) = run.ask_json([ROW], include, name)
        columns = [factor["column"] for factor in answer["riskFactors"]]
        self.assertEqual(len(columns), len(set(columns)))
        self.assertLessEqual(len(columns), 5)
        self.assertIn("rain mm", columns[:3])
        self.assertNotIn("station id", columns)
        rain = next(factor for factor in answer["riskFactors"] if factor["column"] == "rain mm")
        self.assertEqual(rain["value"], 4.5)


class MulticlassTest(unittest.TestCase):
    """Answers of a model with text labels, from two containers and from one."""

    run_: Run

    @classmethod
    def setUpClass(cls) -> None:
        manifest = weather_manifest("multiclass", KIND)
        cls.run_ = Run(manifest, render(weather_rows(), "kind"), "--num_round", "30").prepare()
        cls.addClassCleanup(cls.run_.close)
        cls.run_.train()
        archive = f"{cls.run_.folder}/prepared/preprocessor"
        cls.run_.train("single", "--preprocessor", archive)

    def test_answers_texts(self) -> None:
        name, probability = self.run_.ask("2015-07-03,,0.1,clear,2.5,\n").strip().split(",")
        self.assertEqual(name, "sun")
        self.assertGreater(float(probability), 0.5)

    def test_answers_what_is_asked_for(self) -> None:
        plain, full = (self.run_.ask_json([NAMED], include)[0] for include in ([], EVERYTHING))
        self.assertEqual(plain, {"prediction": "snow"})
        self.assertEqual(full["prediction"], "snow")
        self.assertEqual(list(full["probabilities"]), ["sun", "rain", "snow"])
        self.assertAlmostEqual(sum(full["probabilities"].values()), 1, places=6)
        self.assertEqual(full["probability"], full["probabilities"]["snow"])
        self.assertIn(full["confidence"]["level"], ["low", "medium", "high"])
        self.assertGreater(full["confidence"]["supportRows"], 0)

    def test_answers_the_same_from_one_container(self) -> None:
        self.run_.evaluate()
        self.run_.evaluate("single")
        for file in ("evaluation.json", "smoke.json", "predictions.csv"):
            self.assertEqual(
                self.run_.read(f"model-evaluation/{file}"),
                self.run_.read(f"single-evaluation/{file}"),
            )
        answers = [
            self.run_.ask_json([ROW, NAMED], EVERYTHING, name) for name in ("model", "single")
        ]
        self.assertEqual(answers[0], answers[1])

    def test_measures_a_champion_on_the_same_rows(self) -> None:
        folder = self.run_.folder
        evaluation = self.run_.evaluate(
            "model",
            *("--champion-preprocessor", f"{folder}/prepared/preprocessor"),
            *("--champion-model", f"{folder}/single"),
        )
        key = "multiclass_classification_metrics"
        self.assertEqual(evaluation["champion"][key], evaluation[key])

    def test_keeps_rows_with_the_answers_the_endpoint_must_give(self) -> None:
        self.run_.evaluate()
        smoke = self.run_.read_json("model-evaluation/smoke.json")
        self.assertEqual(len(smoke["rows"]), 20)
        self.assertEqual(smoke["labels"], ["sun", "rain", "snow"])
        for row in smoke["rows"][:5]:
            self.assertEqual(self.run_.ask(row["row"]), row["expected"] + "\n")
            self.assertIn(row["actual"], ["sun", "rain", "snow"])
        header, *lines = self.run_.read("model-evaluation/predictions.csv").splitlines()
        self.assertEqual(
            header, "actual,predicted,probability_sun,probability_rain,probability_snow"
        )
        self.assertEqual(lines[0].split(",")[0], smoke["rows"][0]["actual"])

    def test_answers_and_counts_a_category_unseen_in_training(self) -> None:
        seen, unseen = self.run_.ask_json([NAMED, {**NAMED, "sky": "purple"}], [])
        self.assertNotIn("unseen", seen)
        self.assertEqual(unseen["unseen"], ["sky"])


class BinaryTest(unittest.TestCase):
    """Labels of numbers stay numbers."""

    def test_answers_numbers_with_the_probability_of_the_answer(self) -> None:
        run = Run(weather_manifest("binary", WET), render(weather_rows(), "wet")).prepare()
        self.addCleanup(run.close)
        run.train("model", "--algorithm", "logistic-regression")
        wet, dry = (
            run.ask_json([[*ROW[:2], rain, *ROW[3:]]], EVERYTHING)[0] for rain in ("9", "0")
        )
        self.assertEqual((wet["prediction"], dry["prediction"]), (1, 0))
        self.assertEqual(wet["probability"], wet["probabilities"]["1"])
        self.assertEqual(dry["probability"], dry["probabilities"]["0"])
        rain = {f["column"]: f["contribution"] for f in wet["riskFactors"]}["rain mm"]
        self.assertGreater(rain, 0)
        self.assertRegex(run.ask(",".join(ROW)), r"^1,0\.\d+\n$")


class RegressionTest(unittest.TestCase):
    """A number a line, as ever."""

    def test_answers_a_number(self) -> None:
        run = Run(weather_manifest("regression", AMOUNT), render(weather_rows(), "amount"))
        self.addCleanup(run.close)
        run.prepare().train()
        (answer,) = run.ask_json([ROW], ["confidence"])
        self.assertAlmostEqual(float(run.ask(",".join(ROW))), answer["prediction"], places=4)
        self.assertLess(answer["confidence"]["lower"], answer["prediction"])
        self.assertGreater(answer["confidence"]["upper"], answer["prediction"])
        with self.assertRaisesRegex(ValueError, "a regression has no probability"):
            run.ask_json([ROW], ["probability"])


if __name__ == "__main__":
    unittest.main()
