import type { ReactNode } from 'react';

const LOOKS = {
  name: 'text-accent-text',
  string: 'text-good',
  number: 'text-info',
  word: 'text-warn',
  mark: 'text-faint',
} as const;

/** JSON as it is, with its parts told apart by colour. Colour only helps: the text alone is whole. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <pre
      aria-label={label}
      tabIndex={0}
      className="max-h-[70dvh] overflow-auto p-4 font-mono text-xs leading-relaxed"
    >
      <code>{nodeOf(value, 0)}</code>
    </pre>
  );
}

function nodeOf(value: unknown, depth: number): ReactNode {
  if (value === null || value === undefined) return <span className={LOOKS.word}>null</span>;
  if (typeof value === 'string') {
    return <span className={LOOKS.string}>{JSON.stringify(value)}</span>;
  }
  if (typeof value === 'number') return <span className={LOOKS.number}>{String(value)}</span>;
  if (typeof value === 'boolean') return <span className={LOOKS.word}>{String(value)}</span>;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return listOf(
      '[',
      ']',
      depth,
      items.map((item) => nodeOf(item, depth + 1)),
    );
  }
  if (typeof value === 'object') {
    return listOf(
      '{',
      '}',
      depth,
      Object.entries(value).map(([name, each]) => (
        <>
          <span className={LOOKS.name}>{JSON.stringify(name)}</span>
          <span className={LOOKS.mark}>: </span>
          {nodeOf(each, depth + 1)}
        </>
      )),
    );
  }
  return null;
}

function listOf(
  open: string,
  close: string,
  depth: number,
  parts: readonly ReactNode[],
): ReactNode {
  if (parts.length === 0) return <span className={LOOKS.mark}>{`${open}${close}`}</span>;
  const indent = '  '.repeat(depth + 1);
  return (
    <>
      <span className={LOOKS.mark}>{open}</span>
      {'\n'}
      {parts.map((part, index) => (
        <span key={index}>
          {indent}
          {part}
          <span className={LOOKS.mark}>{index < parts.length - 1 ? ',' : ''}</span>
          {'\n'}
        </span>
      ))}
      {'  '.repeat(depth)}
      <span className={LOOKS.mark}>{close}</span>
    </>
  );
}
