/** A chart in Vega-Lite, compiled to Vega by `console/vite.config.ts`. */
declare module '*.vl' {
  export const spec: import('vega').Spec;
}

/** A chart as it is written. */
declare module '*.vl?raw' {
  const text: string;
  export default text;
}
