import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Badge, type Tone } from '../../components/badge';
import { Td, Tr } from '../../components/table';
import { bytes, count, duration } from '../../lib/format';
import { useZone } from '../../lib/time-zone';
import type { RequestEntry } from './queries';

/** One call. It unfolds to its whole path, and a failed one to what the platform said. */
export function RequestRow({ call }: { readonly call: RequestEntry }) {
  const [isOpen, setOpen] = useState(false);
  const { error, body_start: body } = call;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <>
      <Tr isLink>
        <Td className="whitespace-nowrap text-muted tabular">
          <Time at={call.at} />
        </Td>
        <Td className="w-full max-w-0 font-mono text-xs">
          <button
            type="button"
            aria-expanded={isOpen}
            className="flex w-full items-center gap-1.5 rounded text-left after:absolute after:inset-0"
            onClick={() => setOpen(!isOpen)}
          >
            <Chevron className="size-3 shrink-0 text-faint" aria-hidden />
            <span className="truncate">
              <span className="text-muted">{call.method}</span> {call.path}
            </span>
          </button>
        </Td>
        <Td>
          <Badge tone={toneOf(call.status)}>{call.status ?? 'No answer'}</Badge>
        </Td>
        <Td className="text-right whitespace-nowrap tabular">{duration(call.ms)}</Td>
        <Td className="text-right whitespace-nowrap text-muted tabular">
          {call.bytes === null ? '–' : bytes(call.bytes)}
        </Td>
        <Td className="text-right text-muted tabular">
          {call.quota_remaining === null ? '–' : count(call.quota_remaining)}
        </Td>
      </Tr>
      {isOpen && (
        <tr>
          <Td colSpan={6} className="bg-sunken">
            <p className="py-1 font-mono text-xs break-all">
              <span className="text-muted">{call.method}</span> {call.path}
            </p>
            {error !== null && <p className="mb-1 text-[13px] text-bad">{error}</p>}
            {body !== null && (
              <pre className="max-h-60 overflow-auto rounded-md border border-line bg-surface p-3 text-xs whitespace-pre-wrap">
                {body}
              </pre>
            )}
          </Td>
        </tr>
      )}
    </>
  );
}

/** To the millisecond, as calls follow each other that fast. */
function Time({ at }: { readonly at: string }) {
  const zone = useZone();
  const words = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(new Date(at));
  return <time dateTime={at}>{words}</time>;
}

function toneOf(status: number | null): Tone {
  if (status === null || status >= 500) return 'bad';
  if (status >= 400) return 'warn';
  return 'neutral';
}
