import { useState } from 'react';
import { type PredictionAnswer, usePrediction } from '../../data/predictions.ts';
import type { TableRow } from './read-table.ts';

/** The API takes 1,000; fewer show progress. */
const ROWS_OF_A_REQUEST = 250;

export type RowAnswer = PredictionAnswer['predictions'][number];

/** The answers by the lines of the file. */
type Answers = ReadonlyMap<number, RowAnswer>;

/** Asks about many rows, some at a time. */
export function useBatch(project: string) {
  const { mutateAsync, error, reset } = usePrediction(project);
  const [answers, setAnswers] = useState<Answers>(new Map());
  const [isPending, setPending] = useState(false);
  const askAll = async (rows: readonly TableRow[]) => {
    const found = new Map<number, RowAnswer>();
    for (let at = 0; at < rows.length; at += ROWS_OF_A_REQUEST) {
      const some = rows.slice(at, at + ROWS_OF_A_REQUEST);
      const { predictions } = await mutateAsync(some.map(({ record }) => record));
      for (const [index, prediction] of predictions.entries()) {
        const row = some[index];
        if (row !== undefined) found.set(row.line, prediction);
      }
      setAnswers(new Map(found));
    }
  };
  return {
    answers,
    isPending,
    error,
    ask(rows: readonly TableRow[]) {
      setPending(true);
      setAnswers(new Map());
      // The error is the mutation's, which shows it.
      void askAll(rows)
        .catch(() => {})
        .finally(() => setPending(false));
    },
    reset() {
      reset();
      setAnswers(new Map());
    },
  };
}
