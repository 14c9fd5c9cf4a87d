import { useState } from 'react';
import type { PredictionForm } from '../../data/predictions.ts';
import { ProblemError } from '../../data/problem-error.ts';
import { Ask } from './ask.tsx';
import { exampleTexts } from './example-record.ts';
import { mistakesOf, readRecord, type Texts } from './record.ts';
import { RecordFields } from './record-fields.tsx';
import { useAsking } from './use-asking.ts';

/** One record, field by field. */
export function FormWay({ form }: { readonly form: PredictionForm }) {
  const [texts, setTexts] = useState<Texts>({});
  // Mistakes appear when the person has asked, and go with their correction.
  const [isJudged, setJudged] = useState(false);
  const asking = useAsking(form.project);
  const { record, mistakes, outOfRange } = readRecord(form, texts);
  const shown = isJudged ? { ...answered(asking.error), ...mistakes } : {};
  const ask = () => {
    setJudged(true);
    if (Object.keys(mistakes).length > 0) return asking.forget();
    asking.reset();
    asking.ask([record]);
  };
  return (
    <Ask
      form={form}
      asking={asking}
      records={[record]}
      ask={ask}
      fill={() => {
        asking.reset();
        setTexts(exampleTexts(form));
      }}
    >
      <RecordFields
        form={form}
        texts={texts}
        mistakes={shown}
        outOfRange={outOfRange}
        onChange={(name, text) => {
          asking.reset();
          setTexts((former) => ({ ...former, [name]: text }));
        }}
      />
    </Ask>
  );
}

function answered(error: Error | null) {
  return error instanceof ProblemError ? mistakesOf(error) : {};
}
