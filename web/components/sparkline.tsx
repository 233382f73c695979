/** So many bars have room; fewer stand at the right, so that the newest is always in the same place. */
const SLOTS = 24;
const WIDTH = 4;
const HEIGHT = 20;

/**
 * Bars of the latest values, oldest first: no axis, as its row says the numbers. Heights are logarithmic, or one first
 * load of thousands would flatten all that came after it.
 */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  /** What a screen reader is told: "Changes per run: 0, 3, 5". */
  readonly label: string;
}) {
  const shown = values.slice(-SLOTS);
  const highest = Math.log1p(Math.max(1, ...shown));
  const first = SLOTS - shown.length;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${SLOTS * WIDTH} ${HEIGHT}`}
      className="h-5 w-24 text-accent"
    >
      {Array.from({ length: first }, (_, slot) => (
        <rect
          key={`empty ${slot}`}
          x={slot * WIDTH}
          y={HEIGHT - 1}
          width={WIDTH - 1}
          height={1}
          className="fill-line"
        />
      ))}
      {shown.map((value, index) => {
        const height = value === 0 ? 1 : 2 + (Math.log1p(value) / highest) * (HEIGHT - 2);
        return (
          <rect
            key={index}
            x={(first + index) * WIDTH}
            y={HEIGHT - height}
            width={WIDTH - 1}
            height={height}
            className={value === 0 ? 'fill-line-strong' : 'fill-current'}
          />
        );
      })}
    </svg>
  );
}
