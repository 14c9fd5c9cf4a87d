import react from '@vitejs/plugin-react';
import { compile } from 'vega-lite';
import { defineConfig, type Plugin } from 'vite';

/** A running console, whose API and settings `npm run dev:console` uses. */
const RUNNING = process.env['STEPMILL_CONSOLE'] ?? 'http://127.0.0.1:4567';

/** Stylesheets of Cloudscape embed a font as base64, which is more than all the rest: the system's fonts do. */
const withoutEmbeddedFonts: Plugin = {
  name: 'without-embedded-fonts',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('.css') && code.includes('@font-face')
      ? { code: code.replaceAll(/@font-face\s*\{[^}]*\}/g, ''), map: null }
      : undefined,
};

/** Charts are compiled here, so that the page needs no compiler. */
const compiledCharts: Plugin = {
  name: 'compiled-charts',
  transform: (code, id) =>
    id.endsWith('.vl')
      ? {
          code: `export const spec = ${JSON.stringify(compile(JSON.parse(code)).spec)};`,
          map: null,
          moduleType: 'js',
        }
      : undefined,
};

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [react(), withoutEmbeddedFonts, compiledCharts],
  // Tests build it too: by their NODE_ENV, React and what JSX becomes would be those for development.
  ...(command === 'build' && {
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic' as const, development: false } },
  }),
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page lets nothing run that is written into it.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    manifest: 'assets.json',
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/config.json', '/openapi.json'].map((path) => [
        path,
        { target: RUNNING, changeOrigin: true },
      ]),
    ),
  },
  logLevel: 'warn',
}));
