import Box from '@cloudscape-design/components/box';
import { useEffect, useRef } from 'react';
import { type Config, parse, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';

interface ChartProps {
  /** Compiled from a `.vl` file; its rows are the data set `rows`. */
  readonly spec: Spec;
  /** What the chart shows, above it and for those who do not see it. */
  readonly text: string;
  readonly rows: readonly object[];
}

/**
 * A chart. Its expressions are interpreted, because the policy of the page lets no text become code. Import it
 * lazily: Vega is more than half of the rest of the console.
 */
export function Chart({ spec, text, rows }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = place.current;
    if (container === null) return undefined;
    const runtime = parse(spec, lookOf(container), { ast: true });
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
  }, [spec, rows]);
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
