import { Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { ZonePicker } from '../../components/zone-picker';
import { classes } from '../../lib/classes';
import { instantIn } from '../../lib/format';
import { useNow } from '../../lib/now';
import { setTheme, type Theme, useTheme } from '../../lib/theme';
import { browserZone, setZone, useZone } from '../../lib/time-zone';

const THEMES: readonly {
  readonly theme: Theme;
  readonly label: string;
  readonly icon: typeof Sun;
}[] = [
  { theme: 'system', label: 'As the system', icon: Monitor },
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
];

/** How things look in this browser. */
export function AppearanceTab() {
  return (
    <div className="flex max-w-xl flex-col gap-5">
      <ThemeCard />
      <ZoneCard />
    </div>
  );
}

function ThemeCard() {
  const chosen = useTheme();
  return (
    <Card title="Theme" description="Kept in this browser.">
      <div role="radiogroup" aria-label="Theme" className="grid grid-cols-3 gap-2">
        {THEMES.map(({ theme, label, icon: Icon }) => (
          <label
            key={theme}
            className={classes(
              'flex cursor-pointer flex-col items-center gap-2 rounded-lg border px-3 py-4 text-center text-[13px] font-medium hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent',
              chosen === theme ? 'border-accent bg-accent-soft text-accent-text' : 'border-line',
            )}
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={chosen === theme}
              onChange={() => setTheme(theme)}
            />
            <Icon className="size-5" aria-hidden />
            {label}
          </label>
        ))}
      </div>
    </Card>
  );
}

function ZoneCard() {
  const zone = useZone();
  const now = useNow();
  const own = browserZone();
  return (
    <Card title="Time zone" description="In which instants are shown. The API always speaks UTC.">
      <div className="flex flex-wrap items-center gap-3">
        <ZonePicker label="Time zone" value={zone} onChange={setZone} className="w-72" />
        {zone !== own && (
          <Button kind="quiet" onClick={() => setZone(null)}>
            Use this browser’s
          </Button>
        )}
      </div>
      <p className="mt-3 text-[13px] text-muted">
        Now: <span className="tabular text-text">{instantIn(new Date(now), zone)}</span>
      </p>
    </Card>
  );
}
