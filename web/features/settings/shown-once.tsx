import { Banner } from '../../components/banner';
import { CopyButton } from '../../components/copy-button';
import { INPUT_CLASSES } from '../../components/field';

/** A secret that nobody can read again. */
export function ShownOnce({ label, secret }: { readonly label: string; readonly secret: string }) {
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2">
        <input
          readOnly
          aria-label={label}
          value={secret}
          className={`${INPUT_CLASSES} font-mono`}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton kind="primary" text={secret} />
      </div>
      <Banner tone="warn" title="Copy it now">
        It is not shown again.
      </Banner>
    </div>
  );
}
