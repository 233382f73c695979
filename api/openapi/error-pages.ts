import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Marked } from 'marked';

/** What leads to the codes of jobs: some of them are codes of the API too, and mean something else there. */
const OF_JOBS = /jobs$/i;

/** `docs/errors.md` as a page in which every code has its anchor; null where this copy of the code has no documents. */
export function errorPage(): string | null {
  const file = findDocument('errors.md');
  if (file === null) return null;
  let prefix = '';
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        if (depth === 2) prefix = OF_JOBS.test(text) ? 'job-' : '';
        const id = `${prefix}${text.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
    },
  });
  return page(marked.parse(readFileSync(file, 'utf8'), { async: false }));
}

/** In `docs`, beside the source as well as above `dist`. */
function findDocument(name: string): string | null {
  for (let dir = __dirname; dir !== path.dirname(dir); dir = path.dirname(dir)) {
    const candidate = path.join(dir, 'docs', name);
    if (existsSync(candidate)) return candidate;
  }
  return null;
}

function page(content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Errors – Syncline</title>
    <link rel="stylesheet" href="/docs/errors.css">
  </head>
  <body>
    <main>
${content}
    </main>
  </body>
</html>
`;
}

export const ERROR_PAGE_STYLE = `:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 6rem; }
h1, h2, h3 { line-height: 1.25; scroll-margin-top: 1.5rem; }
h3 { margin: 2rem 0 0.25rem; font-family: ui-monospace, monospace; font-size: 1rem; }
h3:target { outline: 2px solid Highlight; outline-offset: 6px; border-radius: 2px; }
p { margin: 0.5rem 0; }
pre { overflow-x: auto; padding: 0.75rem 1rem; background: color-mix(in srgb, CanvasText 7%, Canvas); border-radius: 6px; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
`;
