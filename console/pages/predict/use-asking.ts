import { useState } from 'react';
import {
  type PredictionAnswer,
  type PredictionRecord,
  usePrediction,
} from '../../data/predictions.ts';

/** A question to the model, and what came of it. */
export interface Asking {
  readonly ask: (records: readonly PredictionRecord[]) => void;
  /** Forgets the error; the last answer stays until the next. */
  readonly reset: () => void;
  /** Forgets the last answer too: what was asked since then was not sent. */
  readonly forget: () => void;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** The last answer, with the records that it is about. */
  readonly answered: Answered | undefined;
}

export interface Answered {
  readonly records: readonly PredictionRecord[];
  readonly answer: PredictionAnswer;
}

export function useAsking(project: string): Asking {
  const { mutate, reset, isPending, error } = usePrediction(project);
  const [answered, setAnswered] = useState<Answered>();
  return {
    ask: (records) => mutate(records, { onSuccess: (answer) => setAnswered({ records, answer }) }),
    reset,
    forget: () => {
      reset();
      setAnswered(undefined);
    },
    isPending,
    error,
    answered,
  };
}
