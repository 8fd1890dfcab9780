import { defineConfig } from 'vite';

/**
 * Builds the control-room page into `dist`, which the server serves at `/`. Nothing is inlined: the page runs under a
 * content security policy of `default-src 'self'`, which refuses inline scripts, inline styles and `data:` URLs.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
