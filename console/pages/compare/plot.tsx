import Box from '@cloudscape-design/components/box';
import { useEffect, useRef } from 'react';
import { type Config, parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { spec as calibration } from './charts/calibration.vl';
import { spec as confusions } from './charts/confusions.vl';
import { spec as errors } from './charts/errors.vl';
import { spec as precisionRecall } from './charts/precision-recall.vl';
import { spec as predicted } from './charts/predicted.vl';
import { spec as right } from './charts/right.vl';
import { spec as roc } from './charts/roc.vl';

const SPECS = { calibration, confusions, errors, precisionRecall, predicted, right, roc };

export type PlotName = keyof typeof SPECS;

interface PlotProps {
  readonly name: PlotName;
  readonly text: string;
  readonly rows: readonly object[];
}

/** A chart. Its expressions are interpreted, because the policy of the page lets no text become code. */
export function Plot({ name, text, rows }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = place.current;
    if (container === null) return undefined;
    const runtime = parse(SPECS[name], lookOf(container), { ast: true });
    const view = new View(runtime, {
      container,
      // As SVG it would have style attributes, which the policy does not let in.
      renderer: 'canvas',
      expr: expressionInterpreter,
    });
    // Compiled charts are white, also on dark pages.
    void view
      .background('transparent')
      .data('rows', [...rows])
      .runAsync();
    return () => void view.finalize();
  }, [name, text, rows]);
  return (
    <figure role="figure" aria-label={text} style={{ margin: 0, overflowX: 'auto' }}>
      <Box variant="h3" tagOverride="figcaption">
        {text}
      </Box>
      <div ref={place} />
    </figure>
  );
}

/** The colours of the page, for a canvas, which has none of its own. */
function lookOf(container: Element): Config {
  const { color } = getComputedStyle(container);
  const lines = { domainColor: color, tickColor: color, gridColor: color, gridOpacity: 0.15 };
  return {
    axis: { ...lines, labelColor: color, titleColor: color },
    legend: { labelColor: color, titleColor: color },
    title: { color },
  };
}
