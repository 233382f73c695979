import { CSPProvider } from '@base-ui/react/csp-provider';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod/mini';
import './styles.css';

// zod would try whether it may make functions from text, and our CSP would report it.
z.config({ jitless: true });

/** Puts a program into its document. Both that we have stand on the same ground. */
export function mount(program: ReactNode, queryClient: QueryClient): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root element');
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queryClient}>{program}</QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
