"""Draw what the rule of drift finds, in docs/images/drift-power.svg.

python3 monitoring/test/draw_power.py

Windows of one column of normal values are judged, of several sizes and shifts, with the settings that a project
has by default. The same seed gives the same picture.
"""

from pathlib import Path

import numpy as np
from test_drift import COLUMNS, compare, describe, drifted

PICTURE = Path(__file__).parents[2] / "docs/images/drift-power.svg"
SEED = 20261130
BASELINE_ROWS = 3_000
WINDOWS = 100
SIZES = (200, 500, 1_000, 5_000)
#: In standard deviations of the column.
SHIFTS = tuple(step / 20 for step in range(17))
COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")

LEFT, TOP, WIDTH, HEIGHT = 70, 20, 520, 300


def measure() -> dict[int, list[float]]:
    """By the rows of a window: the share of windows that have drifted, for each shift."""
    generator = np.random.default_rng(SEED)
    described = describe(COLUMNS[:1], {"c0": generator.normal(size=BASELINE_ROWS)})

    def found(rows: int, shift: float) -> float:
        windows = (generator.normal(shift, size=rows) for _ in range(WINDOWS))
        return sum(bool(drifted(compare(described, {"c0": each}))) for each in windows) / WINDOWS

    return {rows: [found(rows, shift) for shift in SHIFTS] for rows in SIZES}


def x_of(shift: float) -> float:
    """Where a shift is in the picture."""
    return LEFT + WIDTH * shift / SHIFTS[-1]


def y_of(share: float) -> float:
    """Where a share of windows is in the picture."""
    return TOP + HEIGHT * (1 - share)


def draw_axes() -> list[str]:
    """Lines and texts around the curves."""
    lines = [
        f'<line x1="{LEFT}" y1="{y_of(share):.0f}" x2="{LEFT + WIDTH}" y2="{y_of(share):.0f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 8}" y="{y_of(share) + 4:.0f}" text-anchor="end">{share:.0%}</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    ticks = [
        f'<text x="{x_of(shift):.0f}" y="{TOP + HEIGHT + 20}" text-anchor="middle">{shift:g}</text>'
        for shift in SHIFTS[::4]
    ]
    middle = LEFT + WIDTH / 2
    title = "shift of the column's mean, in standard deviations of the training rows"
    label = "windows in which it is found"
    return [
        *lines,
        *ticks,
        f'<text x="{middle:.0f}" y="{TOP + HEIGHT + 44}" text-anchor="middle">{title}</text>',
        f'<text transform="translate(18 {TOP + HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">{label}</text>',
    ]


def draw_curve(place: int, rows: int, shares: list[float]) -> list[str]:
    """The curve of a size, and its line in the legend."""
    points = " ".join(
        f"{x_of(shift):.1f},{y_of(share):.1f}" for shift, share in zip(SHIFTS, shares)
    )
    color, y = COLORS[place], y_of(0.9) + 22 * place
    return [
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.5"/>',
        f'<line x1="{LEFT + 20}" y1="{y:.0f}" x2="{LEFT + 50}" y2="{y:.0f}" stroke="{color}" stroke-width="2.5"/>',
        # Behind the text, a line of the axes would cross it.
        f'<rect x="{LEFT + 54}" y="{y - 9:.0f}" width="80" height="18" fill="white"/>',
        f'<text x="{LEFT + 58}" y="{y + 4:.0f}">{rows:,} rows</text>',
    ]


def draw() -> str:
    """The whole picture."""
    measured = measure()
    curves = [draw_curve(place, *each) for place, each in enumerate(measured.items())]
    size = f'width="{LEFT + WIDTH + 30}" height="{TOP + HEIGHT + 60}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">',
            '<rect width="100%" height="100%" fill="white"/>',
            *draw_axes(),
            *(line for curve in curves for line in curve),
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
