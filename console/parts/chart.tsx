import Box from '@cloudscape-design/components/box';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { type Config, parse, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import './chart.css';

interface ChartProps {
  /** Compiled from a `.vl` file; its rows are the data set `rows`. */
  readonly spec: Spec;
  /** What the chart shows, above it and for those who do not see it. */
  readonly text: string;
  /** What stands above it, where more than that is known from what is around it. @default the text */
  readonly title?: string;
  readonly rows: readonly object[];
}

/**
 * A chart. Its expressions are interpreted, because the policy of the page lets no text become code. Import it
 * lazily: Vega is more than half of the rest of the console.
 */
export function Chart({ spec, text, title = text, rows }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const isDark = useSyncExternalStore(followMode, readMode);
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
    // By itself a chart follows the window only, not the navigation beside it.
    const observer = new ResizeObserver(() => void view.width(container.clientWidth).runAsync());
    if (isAsWideAsPlace(spec)) observer.observe(container);
    return () => {
      observer.disconnect();
      view.finalize();
    };
  }, [spec, rows, isDark]);
  return (
    <figure role="figure" aria-label={text} style={{ margin: 0, overflowX: 'auto' }}>
      <Box variant={title === text ? 'h3' : 'h5'} tagOverride="figcaption">
        {title}
      </Box>
      <div ref={place} className="chart" />
    </figure>
  );
}

/** Whether it was written with `"width": "container"`, which compiles to this signal. */
function isAsWideAsPlace({ signals = [] }: Spec): boolean {
  return signals.some(({ name }) => name === 'width');
}

/** Cloudscape marks the page with it. */
const DARK_CLASS = 'awsui-dark-mode';

function readMode(): boolean {
  return document.body.classList.contains(DARK_CLASS);
}

/** A canvas keeps the colours that it was drawn in, so it is drawn again. */
function followMode(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ['class'] });
  return () => observer.disconnect();
}

/** The first of Vega's own are too dark on a dark page. */
const COLORS_IN_THE_DARK = [
  '#7cc0ff',
  '#ffb057',
  '#ff8f8f',
  '#7fe0d4',
  '#86d97b',
  '#ffe066',
  '#d8a6e0',
  '#ffc2cc',
];

/** The colours of the page, for a canvas, which has none of its own. */
function lookOf(container: Element): Config {
  const { color } = getComputedStyle(container);
  const lines = { domainColor: color, tickColor: color, gridColor: color, gridOpacity: 0.15 };
  const isDark = readMode();
  return {
    ...(isDark ? { range: { category: COLORS_IN_THE_DARK } } : {}),
    axis: { ...lines, labelColor: color, titleColor: color },
    legend: { labelColor: color, titleColor: color },
    title: { color },
  };
}
