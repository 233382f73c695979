import { Toaster } from 'sonner';
import { useTheme } from '../lib/theme';

/** Its colours are set in `styles.css`: those of the pages, with the icon alone telling good from bad. */
export function Toasts() {
  return <Toaster theme={useTheme()} position="bottom-right" closeButton />;
}
