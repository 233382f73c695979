import { CopyButton } from '../../components/copy-button';

/** The request behind what is seen, to take along. */
export function CopyRequest({ curl, client }: { readonly curl: string; readonly client: string }) {
  return (
    <>
      <CopyButton text={curl} label="Copy as curl" />
      <CopyButton text={client} label="Copy as rootfi-api" />
    </>
  );
}
