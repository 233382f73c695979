import { classes } from '../lib/classes';
import { CopyButton } from './copy-button';
import { INPUT_CLASSES } from './field';

/** A text to be taken along: shown whole, and copied by its button. */
export function CopyField({
  label,
  text,
  act,
  isMono = false,
}: {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly text: string;
  /** The words of the button. */
  readonly act: string;
  /** Letter by letter, for a text that is no word. */
  readonly isMono?: boolean;
}) {
  return (
    <div className="flex gap-2">
      <input
        readOnly
        aria-label={label}
        className={classes(INPUT_CLASSES, isMono && 'font-mono')}
        value={text}
        onFocus={(event) => event.target.select()}
      />
      <CopyButton kind="primary" text={text} label={act} />
    </div>
  );
}
