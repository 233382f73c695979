import { LoaderCircle } from 'lucide-react';

export function Spinner() {
  return <LoaderCircle className="size-3.5 animate-spin" aria-hidden />;
}
