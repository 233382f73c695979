import { createHash } from 'node:crypto';
import { type ConsentRequest, scopeWords } from './consent-request';

/** The pages that a customer sees at the platform: whole, without scripts, with a style of their own. */

const STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #5a6675; --line: #d5dbe3; --page: #eef1f5; --card: #fff;
  --brand: #0b6e4f; --brand-ink: #fff; --bad: #b42318; --focus: #0b6e4f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --soft: #a0acba; --line: #36424f; --page: #10161d;
  --card: #1a232d; --brand: #3fbf8f; --brand-ink: #06130d; --bad: #ff9b91; --focus: #3fbf8f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Open Sans', sans-serif; }
main { width: 100%; max-width: 420px; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 32px; }
.brand { display: flex; align-items: center; gap: 10px; margin: 0 0 24px; font-weight: 600; }
.mark { display: inline-grid; place-items: center; width: 32px; height: 32px; border-radius: 8px;
  background: var(--brand); color: var(--brand-ink); }
h1 { margin: 0 0 8px; font-size: 1.35rem; line-height: 1.3; }
p { margin: 0 0 16px; color: var(--soft); }
label { display: block; margin: 16px 0 6px; font-weight: 600; font-size: .925rem; }
input { width: 100%; padding: 10px 12px; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 8px; }
ul { margin: 0 0 24px; padding: 4px 0; list-style: none; border: 1px solid var(--line); border-radius: 10px; }
li { padding: 8px 14px; }
li + li { border-top: 1px solid var(--line); }
.error { margin: 0 0 8px; padding: 10px 12px; border: 1px solid var(--bad); border-radius: 8px; color: var(--bad); }
.buttons { display: flex; flex-direction: row-reverse; gap: 12px; margin-top: 24px; }
button { flex: 1; padding: 11px 16px; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--line); background: transparent; color: inherit; }
button.main { background: var(--brand); border-color: var(--brand); color: var(--brand-ink); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.note { margin: 24px 0 0; font-size: .85rem; }
`;

/** The pages' policy: their own style, nothing else, and in nobody's frame. Forms may lead back to the app. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `ticket` names the request while the customer signs in. The return key presses the form's first button. */
export function signInPage(
  request: ConsentRequest,
  {
    ticket,
    tenantId = '',
    error = null,
  }: { ticket: string; tenantId?: string; error?: string | null },
): string {
  return page(
    'Sign in',
    `<h1>Sign in to connect ${escape(request.clientId)}</h1>
<p>Use the account whose books you want to share.</p>
${error === null ? '' : `<p class="error" role="alert">${escape(error)}</p>`}
<form method="post" action="/oauth/authorize/sign-in">
${hidden('ticket', ticket)}
<label for="tenant_id">Tenant</label>
<input id="tenant_id" name="tenant_id" value="${escape(tenantId)}" autocomplete="username" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<div class="buttons">
<button class="main">Sign in</button>
<button name="cancel" value="yes" formnovalidate>Cancel</button>
</div>
</form>
<p class="note">This is a stand-in platform for trying things out. The password of every tenant is “sandbox”.</p>`,
  );
}

/** `ticket` names the request of a customer who has signed in. */
export function consentPage(
  request: ConsentRequest,
  { ticket, accountName, tenantId }: { ticket: string; accountName: string; tenantId: string },
): string {
  const lines = request.scopes.map((scope) => `<li>${escape(scopeWords(scope))}</li>`).join('\n');
  return page(
    'Allow access',
    `<h1>Allow ${escape(request.clientId)} to use ${escape(accountName)}?</h1>
<p>You are signed in as ${escape(tenantId)}. It asks to:</p>
<ul>
${lines}
</ul>
<form method="post" action="/oauth/authorize/decision">
${hidden('ticket', ticket)}
<div class="buttons">
<button class="main" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>
</form>`,
  );
}

/** Where the customer cannot go on, and cannot be sent back. */
export function errorPage(message: string): string {
  return page(
    'Something is wrong',
    `<h1>This does not work</h1>
<p>${escape(message)}</p>
<p>Go back to where you came from, and start again.</p>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sandbox Accounting</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="brand"><span class="mark" aria-hidden="true">S</span>Sandbox Accounting</p>
${content}
</main>
</body>
</html>
`;
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escape(value)}">`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
