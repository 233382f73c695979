import { Banner } from '../../components/banner';
import { CopyField } from '../../components/copy-field';

/** A secret that nobody can read again. */
export function ShownOnce({ label, secret }: { readonly label: string; readonly secret: string }) {
  return (
    <div className="flex flex-col gap-3">
      <CopyField label={label} text={secret} act="Copy" isMono />
      <Banner tone="warn" title="Copy it now">
        It is not shown again.
      </Banner>
    </div>
  );
}
