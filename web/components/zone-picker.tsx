import { useMemo } from 'react';
import { Picker } from './picker';

/** Every time zone that the browser knows, by its IANA name. */
export function ZonePicker({
  label,
  value,
  onChange,
  disabled = false,
  className,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (zone: string) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}) {
  const options = useMemo(() => zones(value), [value]);
  return (
    <Picker
      label={label}
      value={value}
      options={options}
      onChange={onChange}
      disabled={disabled}
      {...(className === undefined ? {} : { className })}
    />
  );
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
