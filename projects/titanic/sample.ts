import { createRandom, logistic, normal } from '../sample-random.ts';

/** How many rows the real list has. */
const REAL_ROW_COUNT = 1309;

const HEADER =
  '"pclass","survived","name","sex","age","sibsp","parch","ticket","fare","cabin","embarked","boat","body","home.dest"';

/**
 * Rows that look like the passenger list, for a machine where the real one cannot be had: women and
 * children of the upper classes survive more often, and a boat is known of survivors only.
 *
 * @returns CSV text with a header, the same for the same seed
 */
export function generateTitanicSample(seed: number, rowCount = REAL_ROW_COUNT): string {
  const random = createRandom(seed);
  const lines = Array.from({ length: rowCount }, (_, index) => generateRow(random, index + 1));
  return `${[HEADER, ...lines].join('\n')}\n`;
}

function generateRow(random: () => number, number: number): string {
  const pclass = random() < 0.25 ? 1 : random() < 0.35 ? 2 : 3;
  const isFemale = random() < 0.36;
  const age = Math.max(1, Math.round(38 - 5 * pclass + 13 * normal(random)));
  const chance = logistic(1.3 - 0.9 * (pclass - 1) + (isFemale ? 2.3 : -0.9) - 0.03 * age);
  const survived = random() < chance ? 1 : 0;
  const fare = Math.exp(4.6 - 0.85 * (pclass - 1) + 0.4 * normal(random)).toFixed(4);
  const isInBoat = survived === 1 ? random() < 0.97 : random() < 0.01;
  const body = survived === 0 && random() < 0.15 ? String(1 + Math.floor(random() * 328)) : '';
  return [
    pclass,
    survived,
    `"Passenger, ${isFemale ? 'Mrs' : 'Mr'}. Number ${number}"`,
    isFemale ? '"female"' : '"male"',
    random() < 0.2 ? '' : age,
    random() < 0.3 ? 1 : 0,
    random() < 0.2 ? 1 : 0,
    `"${100_000 + number}"`,
    fare,
    pclass === 1 ? `"C${number % 120}"` : '',
    random() < 0.7 ? '"S"' : random() < 0.7 ? '"C"' : '"Q"',
    isInBoat ? `"${1 + (number % 16)}"` : '',
    body,
    '',
  ].join(',');
}
