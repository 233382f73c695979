/** Bars of the latest values, oldest first: no axis, as its row says the numbers. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  /** What a screen reader is told: "Changes per run: 0, 3, 5". */
  readonly label: string;
}) {
  const highest = Math.max(1, ...values);
  const width = 4;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${Math.max(values.length, 1) * width} 20`}
      className="h-5 w-24 text-accent"
      preserveAspectRatio="none"
    >
      {values.map((value, index) => {
        const height = value === 0 ? 1 : 2 + (value / highest) * 18;
        return (
          <rect
            key={`${index}:${value}`}
            x={index * width}
            y={20 - height}
            width={width - 1}
            height={height}
            className={value === 0 ? 'fill-line-strong' : 'fill-current'}
          />
        );
      })}
    </svg>
  );
}
