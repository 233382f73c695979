import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

/** The toasts' library would put its styles into the page by a style tag, which our CSP forbids; we import its file. */
const withoutStyleTag: Plugin = {
  name: 'sonner-without-style-tag',
  transform(code, id) {
    if (!id.includes('/sonner/dist/')) return null;
    return code.replace(/^__insertCSS\(.*$/m, '');
  },
};

/** Two programs: the dashboard, and the page an end customer connects with, which must stay small. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [tailwindcss(), withoutStyleTag],
  // For work on the pages themselves: `npx vite --config web/vite.config.mts`, beside a running `npm start`.
  server: { proxy: { '/v3': process.env['API_URL'] ?? 'http://127.0.0.1:3000' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    manifest: true,
    // A data address would be a resource that is not 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['web/index.html', 'web/connect.html'],
      // Some libraries mark modules for servers that render React; here nothing does.
      onLog(level, log, handle) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
});
