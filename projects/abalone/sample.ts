import { createRandom, normal } from '../sample-random.ts';

/** How many rows the real dataset has. */
const REAL_ROW_COUNT = 4177;

/**
 * Rows that look like Abalone's, for a machine where the real data cannot be had. Sizes and weights
 * follow a growth curve with noise, so that a model has something to learn; they are no data.
 *
 * @returns CSV text without header, the same for the same seed
 */
export function generateAbaloneSample(seed: number, rowCount = REAL_ROW_COUNT): string {
  const random = createRandom(seed);
  const lines = Array.from({ length: rowCount }, () => generateRow(random));
  return `${lines.join('\n')}\n`;
}

function generateRow(random: () => number): string {
  const rings = Math.max(1, Math.round(3 + 14 * random() ** 1.6 + 1.2 * normal(random)));
  const grown = 1 - Math.exp(-0.22 * rings);
  const length = clamp(0.7 * grown + 0.045 * normal(random), 0.075, 0.815);
  const diameter = clamp(length * 0.79 + 0.012 * normal(random), 0.055, 0.65);
  const height = clamp(length * 0.27 + 0.008 * normal(random) + 0.002 * rings, 0.01, 0.4);
  const whole = clamp(5.6 * length ** 3 * (1 + 0.08 * normal(random)), 0.002, 2.8);
  const shucked = clamp(whole * (0.45 - 0.004 * rings + 0.02 * normal(random)), 0.001, 1.5);
  const viscera = clamp(whole * (0.22 + 0.015 * normal(random)), 0.0005, 0.8);
  const shell = clamp(whole * (0.23 + 0.006 * rings + 0.015 * normal(random)), 0.0015, 1.1);
  const measures = [length, diameter, height, whole, shucked, viscera, shell];
  return [sexOf(rings, random), ...measures.map((value) => String(round(value))), rings].join(',');
}

function sexOf(rings: number, random: () => number): string {
  if (random() < Math.max(0.05, 0.9 - 0.08 * rings)) return 'I';
  return random() < 0.5 ? 'F' : 'M';
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
