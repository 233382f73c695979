import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import '../app/styles.css';
import { problemOf } from '../api/problem';
import { readAddress } from './address';
import { ConnectPage } from './connect-page';
import { isEmbedded } from './frame';

// zod would try whether it may make functions from text, and our CSP would report it.
z.config({ jitless: true });

const RETRIES = 3;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A step must not change under the hands of a person who looks back from another window.
      refetchOnWindowFocus: false,
      // Only what the network broke is worth trying again.
      retry: (failures, error) => failures < RETRIES && problemOf(error).code === 'unreachable',
    },
  },
});

if (isEmbedded) {
  // Over its host's page there is nothing but the card. A scheme of its own would make the frame opaque.
  document.documentElement.style.background = 'transparent';
  document.documentElement.style.colorScheme = 'normal';
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element');
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <ConnectPage initial={readAddress(window.location)} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
