import { QueryClient } from '@tanstack/react-query';
import { problemOf } from '../api/problem';
import { mount } from '../app/mount';
import { readAddress } from './address';
import { ConnectPage } from './connect-page';
import { isEmbedded } from './frame';

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

mount(<ConnectPage initial={readAddress(window.location)} />, queryClient);
