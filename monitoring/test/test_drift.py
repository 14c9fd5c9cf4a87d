"""The rule of drift on simulated windows, and its numbers beside other implementations."""

import math
import sys
import unittest
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/python"))
sys.path.insert(0, str(Path(__file__).parents[2] / "monitoring/python"))

import baseline
import drift
import numpy as np
from scipy import stats
from settings import Settings
from sketch import Sketch
from window import WindowColumn

NAMES = [f"c{number}" for number in range(7)]
COLUMNS = [
    *({"name": name, "type": "number"} for name in NAMES),
    {"name": "k1", "type": "category"},
    {"name": "k2", "type": "category"},
]
SETTINGS = Settings()
#: A window without an alarm in so many is the worst that a test tolerates.
WINDOWS = 1_000
#: So many windows are compared even if no effect is large enough.
WHOLLY_COMPARED = 100


def draw(generator: np.random.Generator, rows: int, shift: float = 0) -> dict[str, np.ndarray]:
    """Rows of nine columns: normal, skewed, counted, mostly zero, and categories with rare values."""
    values = {name: generator.normal(size=rows) for name in NAMES[:4]}
    values["c0"] += shift
    values["c4"] = generator.exponential(size=rows)
    values["c5"] = generator.poisson(3, size=rows).astype(float)
    values["c6"] = np.where(generator.random(rows) < 0.4, 0, generator.lognormal(size=rows))
    kinds = generator.choice(6, size=rows, p=[0.4, 0.25, 0.2, 0.1, 0.04, 0.01])
    values["k1"] = np.array(list("abcdef"), dtype=object)[kinds]
    tail = generator.zipf(1.7, size=rows).clip(max=60)
    values["k2"] = np.array([f"v{number}" for number in tail], dtype=object)
    return values


def describe(columns: list[dict[str, Any]], values: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """The baseline of rows."""

    def source() -> Iterator[baseline.Chunk]:
        yield values, {}

    return baseline.describe_profiles(baseline.profile_rows(columns, source), source)


def compare(
    described: list[dict[str, Any]], values: dict[str, np.ndarray], settings: Settings = SETTINGS
) -> dict[str, drift.Comparison]:
    """The verdicts about a window."""
    columns = measure(described, values)
    return {each.name: each for each in drift.compare_columns(columns, settings)}


def measure(described: list[dict[str, Any]], values: dict[str, np.ndarray]) -> list[WindowColumn]:
    """The columns of a window."""
    columns = [WindowColumn.of(each) for each in described]
    for column in columns:
        column.add(values[column.name])
    return columns


def can_drift(described: list[dict[str, Any]], values: dict[str, np.ndarray]) -> bool:
    """Whether the effect on any column is large enough, which costs a tenth of what its significance does."""
    prepared = [drift.prepare(each, SETTINGS) for each in measure(described, values)]
    return any((each.psi or 0) > (each.threshold or 0) for each in prepared)


def drifted(found: dict[str, drift.Comparison]) -> list[str]:
    """Names of columns that drifted."""
    return [name for name, each in found.items() if each.verdict == drift.DRIFTED]


def one(before: Any, now: Any, kind: str = "number") -> drift.Comparison:
    """The verdict about one column."""
    dtype = float if kind == "number" else object
    described = describe([{"name": "x", "type": kind}], {"x": np.array(before, dtype=dtype)})
    return compare(described, {"x": np.array(now, dtype=dtype)})["x"]


class RuleTest(unittest.TestCase):
    """What the rule says of windows, over and over."""

    def windows(self, rows: int, count: int, shift: float = 0) -> list[list[str]]:
        generator = np.random.default_rng(20261130)
        described = describe(COLUMNS, draw(generator, 3_000))
        drawn = (draw(generator, rows, shift) for _ in range(count))
        return [
            drifted(compare(described, values))
            if number < WHOLLY_COMPARED or can_drift(described, values)
            else []
            for number, values in enumerate(drawn)
        ]

    def test_is_seldom_wrong_about_rows_that_did_not_change(self) -> None:
        for rows in (200, 1_000):
            wrong = np.array([bool(names) for names in self.windows(rows, WINDOWS)])
            alarms = wrong[2:].astype(int) + wrong[1:-1] + wrong[:-2] >= 2
            self.assertLessEqual(wrong.mean(), 0.06, rows)
            self.assertLessEqual(alarms.mean(), 0.01, rows)

    def test_finds_and_names_a_shift_of_half_a_standard_deviation(self) -> None:
        for rows in (200, 500, 2_000):
            found = self.windows(rows, 100, shift=0.5)
            self.assertGreaterEqual(np.mean(["c0" in names for names in found]), 0.95, rows)
            others = np.mean([names not in ([], ["c0"]) for names in found])
            self.assertLessEqual(others, 0.1, rows)

    def test_finds_no_shift_below_the_least_that_matters_however_many_rows(self) -> None:
        generator = np.random.default_rng(1)
        described = describe(COLUMNS, draw(generator, 50_000))
        found = compare(described, draw(generator, 50_000, shift=0.2))
        self.assertEqual(drifted(found), [])
        self.assertLess(found["c0"].q or 1, 0.01)
        sharp = replace(SETTINGS, minimum_effect=0.02)
        self.assertEqual(drifted(compare(described, draw(generator, 50_000, 0.2), sharp)), ["c0"])

    def test_says_nothing_about_few_rows(self) -> None:
        generator = np.random.default_rng(1)
        described = describe(COLUMNS, draw(generator, 3_000))
        for rows in (1, 50, 199):
            found = compare(described, draw(generator, rows, shift=5))
            self.assertEqual({each.verdict for each in found.values()}, {drift.NOT_ENOUGH_DATA})
        self.assertEqual(drifted(compare(described, draw(generator, 200, shift=5))), ["c0"])
        nothing = compare(described, draw(generator, 0))
        self.assertEqual({each.verdict for each in nothing.values()}, {drift.NO_TRAFFIC})

    def test_needs_rows_in_the_baseline_as_well(self) -> None:
        found = one(np.arange(150.0), np.arange(400.0))
        self.assertEqual(found.verdict, drift.NOT_ENOUGH_DATA)
        self.assertEqual(found.reason, "400 values now and 150 in the baseline, of 200 needed")

    def test_finds_one_column_among_many(self) -> None:
        generator = np.random.default_rng(1)
        columns = [{"name": f"c{number}", "type": "number"} for number in range(150)]
        rows = {column["name"]: generator.normal(size=2_000) for column in columns}
        described = describe(columns, rows)
        now = {**rows, "c7": generator.normal(1, size=2_000)}
        self.assertEqual(drifted(compare(described, now)), ["c7"])

    def test_gives_the_same_verdict_whatever_the_order_of_the_columns(self) -> None:
        generator = np.random.default_rng(1)
        described = describe(COLUMNS, draw(generator, 1_000))
        values = draw(generator, 500, shift=0.3)
        forth, back = compare(described, values), compare(described[::-1], values)
        self.assertEqual(
            {name: each.p for name, each in forth.items()},
            {name: each.p for name, each in back.items()},
        )


class ColumnsTest(unittest.TestCase):
    """Columns that are not like others."""

    def test_notices_that_a_constant_changed(self) -> None:
        self.assertEqual(one([7.0] * 500, [7.0] * 300).verdict, drift.OK)
        self.assertEqual(one([7.0] * 500, [7.0] * 150 + [8.0] * 150).verdict, drift.DRIFTED)
        self.assertEqual(one([7.0] * 500, [6.999] * 300).verdict, drift.DRIFTED)
        self.assertEqual(one(["a"] * 500, ["b"] * 300, "category").verdict, drift.DRIFTED)
        self.assertEqual(one(["a"] * 500, ["a"] * 300, "category").verdict, drift.OK)

    def test_compares_values_that_repeat(self) -> None:
        generator = np.random.default_rng(1)
        before = generator.choice([0, 1, 5], size=3_000, p=[0.9, 0.05, 0.05]).astype(float)
        same = generator.choice([0, 1, 5], size=600, p=[0.9, 0.05, 0.05]).astype(float)
        self.assertEqual(one(before, same).verdict, drift.OK)
        other = generator.choice([0, 1, 5], size=600, p=[0.5, 0.05, 0.45]).astype(float)
        self.assertEqual(one(before, other).verdict, drift.DRIFTED)

    def test_notices_another_share_of_known_categories_and_a_new_one(self) -> None:
        before = ["a"] * 500 + ["b"] * 500
        self.assertEqual(one(before, ["a"] * 150 + ["b"] * 150, "category").verdict, drift.OK)
        self.assertEqual(one(before, ["a"] * 270 + ["b"] * 30, "category").verdict, drift.DRIFTED)
        new = one(before, ["a"] * 100 + ["c"] * 200, "category")
        self.assertEqual(new.verdict, drift.DRIFTED)
        self.assertEqual(new.column.unseen(), {"c": 200})

    def test_says_nothing_where_every_value_is_rare(self) -> None:
        names = [f"id{number}" for number in range(1_000)]
        self.assertEqual(one(names, names[:300], "category").verdict, drift.NOT_ENOUGH_DATA)

    def test_does_not_compare_dates_and_what_the_project_excludes(self) -> None:
        values = {"day": np.arange(500.0), "x": np.arange(500.0)}
        columns = [{"name": "day", "type": "date"}, {"name": "x", "type": "number"}]
        moved = {"day": np.arange(500.0) + 900, "x": np.arange(500.0) + 900}
        found = compare(describe(columns, values), moved, replace(SETTINGS, exclude_columns=("x",)))
        self.assertEqual({each.verdict for each in found.values()}, {drift.NOT_COMPARED})

    def test_does_not_count_gaps(self) -> None:
        gaps = [math.nan] * 1_000
        found = one(list(range(500)) + gaps, list(range(0, 500, 5)) + gaps)
        self.assertEqual(found.verdict, drift.NOT_ENOUGH_DATA)
        self.assertEqual(int(found.current.sum()), 100)

    def test_joins_bins_until_each_is_expected_to_hold_five_rows(self) -> None:
        generator = np.random.default_rng(1)
        for case in range(300):
            kind = "category" if case % 2 else "number"
            counts = generator.integers(0, 60, size=int(generator.integers(2, 40)))
            values = np.repeat(np.arange(len(counts)), counts)
            if len(values) < 200:
                continue
            texts = values.astype(str) if kind == "category" else values
            found = one(texts, generator.choice(texts, size=250), kind)
            self.assertEqual((found.current.sum(), found.baseline.sum()), (250, len(values)))
            if found.psi is None or (counts > 0).sum() == 1:
                continue
            expected = found.baseline / found.baseline.sum() * 250
            self.assertGreaterEqual(np.maximum(expected, (expected + found.current) / 2).min(), 5)
            self.assertLessEqual(len(expected), 20 if kind == "category" else 10)

    def test_sees_what_is_new_in_place_of_something_that_was_there(self) -> None:
        before = ["a"] * 1_000 + ["b"] * 1_000
        for now in (["a"] * 150 + ["c"] * 150, ["b"] * 150 + ["c"] * 150, ["c"] * 300):
            self.assertEqual(one(before, now, "category").verdict, drift.DRIFTED, set(now))
        rare = [*before, *["c"] * 10]
        self.assertEqual(one(rare, ["a"] * 150 + ["c"] * 150, "category").verdict, drift.DRIFTED)
        zeros = [0.0] * 1_980 + [5.0] * 20
        self.assertEqual(one(zeros, [5.0] * 300).verdict, drift.DRIFTED)
        self.assertEqual(one(zeros, [0.0] * 297 + [5.0] * 3).verdict, drift.NOT_ENOUGH_DATA)

    def test_does_not_find_more_because_the_baseline_has_more_rows(self) -> None:
        now = [*["a"] * 195, *["b"] * 195, *["c"] * 10]
        found = [one([*["a"] * rows, *["b"] * rows], now, "category") for rows in (400, 40_000)]
        self.assertEqual([each.verdict for each in found], [drift.OK, drift.OK])
        self.assertAlmostEqual(found[0].psi or 0, found[1].psi or 0)
        self.assertEqual(found[1].current.tolist(), [195, 195, 10])

    def test_agrees_with_scipy_about_columns_of_changed_categories(self) -> None:
        # A test by other code and another statistic: chi-squared of the counts, none of them joined.
        generator = np.random.default_rng(1)
        for case in range(60):
            before = generator.dirichlet(np.ones(5))
            now = before[generator.permutation(5)] if case % 2 else before
            rows = generator.multinomial(2_000, before), generator.multinomial(400, now)
            texts = [np.repeat(list("abcde"), each) for each in rows]
            found = one(texts[0], texts[1], "category")
            used = np.array(rows)[:, np.array(rows).sum(axis=0) > 0]
            p = float(stats.chi2_contingency(used).pvalue)
            if found.psi is not None and p < 1e-12:
                self.assertLess(found.p or 1, 0.01, (rows, p))
            if found.verdict == drift.DRIFTED:
                self.assertLess(p, 0.05, (rows, p))


class NumbersTest(unittest.TestCase):
    """The numbers are those of other implementations."""

    def setUp(self) -> None:
        generator = np.random.default_rng(3)
        self.before = generator.normal(size=1_500)
        self.now = generator.normal(0.4, 1.3, size=700)

    def test_agrees_with_scipy_on_distances(self) -> None:
        found = drift.measure_distances(one(self.before, self.now))
        expected = stats.ks_2samp(self.before, self.now).statistic
        self.assertAlmostEqual(found["kolmogorovSmirnov"] or 0, expected, 6)
        moved = stats.wasserstein_distance(self.before, self.now) / self.before.std()
        self.assertAlmostEqual(found["wasserstein"] or 0, moved, 6)

    def test_agrees_with_the_definitions_on_bins(self) -> None:
        comparison = one(self.before, self.now)
        edges = [-math.inf, *np.quantile(self.before, np.arange(1, 10) / 10, method="inverted_cdf")]
        edges.append(math.inf)
        q = np.array(
            [
                ((self.before > low) & (self.before <= high)).mean()
                for low, high in zip(edges, edges[1:])
            ]
        )
        p = np.array(
            [((self.now > low) & (self.now <= high)).mean() for low, high in zip(edges, edges[1:])]
        )
        psi = sum((a - b) * math.log(a / b) for a, b in zip(p, q))
        self.assertAlmostEqual(comparison.psi or 0, psi, 6)
        middle = (p + q) / 2
        divergence = (stats.entropy(p, middle) + stats.entropy(q, middle)) / 2
        distance = drift.measure_distances(comparison)["jensenShannon"]
        self.assertAlmostEqual(distance or 0, math.sqrt(divergence), 6)
        chance = stats.chi2(9).ppf(0.99) * (1 / 700 + 1 / 1_500)
        self.assertAlmostEqual(comparison.chance or 0, chance, 6)
        self.assertEqual(comparison.threshold, 0.1)
        few = one(self.before, self.now[:200])
        self.assertAlmostEqual(
            few.threshold or 0, stats.chi2(9).ppf(0.99) * (1 / 200 + 1 / 1_500), 6
        )
        self.assertGreater(few.threshold or 0, 0.1)

    def test_agrees_with_evidently(self) -> None:
        # Evidently 0.7.23 (pandas 2.2.3, scipy 1.17.1), evidently.legacy.calculations.stattests: psi,
        # jensenshannon, wasserstein_distance_norm, ks. It bins other numbers than these differently.
        before, now = (600, 450, 300, 150), (140, 210, 210, 140)
        for kind, values in (("category", list("abcd")), ("number", [0.0, 1.0, 2.0, 5.0])):
            comparison = one(np.repeat(values, before), np.repeat(values, now), kind)
            distances = drift.measure_distances(comparison)
            self.assertAlmostEqual(comparison.psi or 0, 0.24849066497879999, 6)
            self.assertAlmostEqual(distances["jensenShannon"] or 0, 0.17469611875191104, 6)
            if kind == "number":
                self.assertAlmostEqual(distances["wasserstein"] or 0, 0.47628967220784013, 6)
                self.assertAlmostEqual(distances["kolmogorovSmirnov"] or 0, 0.2, 6)

    def test_permutes_as_one_who_shuffles_the_rows(self) -> None:
        before, now = np.array([40, 60, 100]), np.array([30, 20, 60])
        rows = np.repeat([0, 1, 2, 0, 1, 2], [*before, *now])
        found = drift.population_stability(before, now)
        generator = np.random.default_rng(1)
        reached = 0
        for _ in range(4_000):
            generator.shuffle(rows)
            mixed = np.bincount(rows[:110], minlength=3)
            reached += drift.population_stability(before + now - mixed, mixed) >= found
        self.assertAlmostEqual(drift.permute(before, now, 4_000, [1]), reached / 4_000, 1)
        # Nearer than one digit: three standard errors of two estimates.
        error = 3 * math.sqrt(2 * reached / 4_000 * (1 - reached / 4_000) / 4_000)
        self.assertLess(abs(drift.permute(before, now, 4_000, [1]) - reached / 4_000), error)

    def test_has_p_values_that_are_uniform_where_nothing_changed(self) -> None:
        generator = np.random.default_rng(1)
        shares = [0.3, 0.3, 0.2, 0.2]
        ps = [
            drift.permute(
                generator.multinomial(900, shares), generator.multinomial(300, shares), 199, [case]
            )
            for case in range(500)
        ]
        self.assertGreater(stats.kstest(ps, "uniform").pvalue, 0.01)

    def test_corrects_for_the_number_of_columns_as_benjamini_and_hochberg(self) -> None:
        generator = np.random.default_rng(1)
        described = describe(COLUMNS, draw(generator, 1_000))
        found = list(compare(described, draw(generator, 400, shift=0.3)).values())
        ps = sorted((each.p or 1, each.name) for each in found)
        least, expected = 1.0, {}
        for rank, (p, name) in reversed(list(enumerate(ps, 1))):
            least = min(least, p * len(ps) / rank)
            expected[name] = least
        for each in found:
            self.assertAlmostEqual(each.q or 0, expected[each.name], 12)

    def test_takes_an_empty_bin_for_half_a_row(self) -> None:
        found = drift.population_stability(np.array([50, 50]), np.array([100, 0]))
        p, q = (1.0, 0.005), (0.5, 0.5)
        expected = sum((a - b) * math.log(a / b) for a, b in zip(p, q))
        self.assertAlmostEqual(float(found), expected, 12)

    def test_compares_large_windows_by_sketches(self) -> None:
        generator = np.random.default_rng(5)
        before, now = generator.normal(size=60_000), generator.normal(0.3, size=40_000)
        then, after = Sketch(), Sketch()
        for sketch, values in ((then, before), (after, now)):
            for part in np.array_split(values, 13):
                sketch.add(part)
        exact = stats.ks_2samp(before, now).statistic
        self.assertAlmostEqual(drift.kolmogorov_smirnov(then, after), exact, delta=0.01)
        moved = stats.wasserstein_distance(before, now)
        self.assertAlmostEqual(drift.normed_wasserstein(then, after, 1.0) or 0, moved, delta=0.02)


if __name__ == "__main__":
    unittest.main()
