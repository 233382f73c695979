import { useMemo } from 'react';
import { Picker } from './picker';
import type { ChoiceProps } from './select';

/** Every time zone that the browser knows, by its IANA name. */
export function ZonePicker(props: Omit<ChoiceProps<string>, 'options'>) {
  const { value } = props;
  const options = useMemo(() => zones(value), [value]);
  return <Picker {...props} options={options} />;
}

function zones(chosen: string) {
  const names = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), chosen]);
  const now = new Date();
  return [...names].map((zone) => ({
    value: zone,
    label: `${zone.replaceAll('_', ' ')} (${offsetOf(zone, now)})`,
  }));
}

/** `UTC+2` of a zone at an instant. */
function offsetOf(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' });
  const name = parts.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value;
  return (name ?? 'UTC').replace('GMT', 'UTC');
}
