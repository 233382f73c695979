import { type ReactNode, useState } from 'react';
import { Card } from '../../components/card';
import { plural } from '../../lib/format';
import { READ_ONLY, useMayWrite } from '../../lib/roles';
import { ConfigList } from './config-list';
import {
  changedModels,
  type DataModel,
  type DraftEntry,
  problemsOf,
  type RequestEntry,
  type SavedEntry,
  toDraft,
  toRequest,
} from './draft';
import { SaveBar } from './save-bar';

/**
 * Changes a list of entries; what is saved stays until Save. `isNew` lists are a copy that nobody has saved yet.
 * Give it another `key` where another list is to be changed.
 */
export function ConfigEditor({
  saved,
  models,
  connectionId,
  title,
  description,
  isLocked = false,
  isNew = false,
  isSaving,
  onSave,
  onDiscardNew,
  children,
}: {
  readonly saved: readonly SavedEntry[];
  readonly models: readonly DataModel[];
  readonly connectionId: number | null;
  readonly title: string;
  readonly description: string;
  /** Shown and not to be changed here. */
  readonly isLocked?: boolean;
  readonly isNew?: boolean;
  readonly isSaving: boolean;
  readonly onSave: (entries: RequestEntry[]) => void;
  readonly onDiscardNew?: () => void;
  /** What the list would mean, told beside it as it changes. */
  readonly children: (entries: RequestEntry[], isValid: boolean) => ReactNode;
}) {
  const mayWrite = useMayWrite();
  const before = toDraft(saved, models);
  const [edited, setEdited] = useState<readonly DraftEntry[] | null>(null);
  const draft = edited ?? before;
  const changed = changedModels(draft, before);
  const today = new Date().toISOString().slice(0, 10);
  const problems = new Map(draft.map((entry) => [entry.model, problemsOf(entry, today)]));
  const broken = draft.filter(({ model }) => Object.keys(problems.get(model) ?? {}).length > 0);
  const entries = toRequest(draft);
  const isDirty = changed.length > 0 || isNew;
  return (
    <>
      {!mayWrite && <p className="text-[13px] text-muted">{READ_ONLY}.</p>}
      <Card title={title} description={description} isFlush>
        <ConfigList
          draft={draft}
          changed={changed}
          problems={problems}
          connectionId={connectionId}
          onChange={setEdited}
          disabled={isLocked || !mayWrite}
        />
      </Card>
      {children(entries, broken.length === 0)}
      {isDirty && (
        <SaveBar
          words={wordsOf(changed.length, isNew)}
          problem={
            broken.length === 0
              ? null
              : `${plural(broken.length, 'data model')} cannot be saved as ${broken.length === 1 ? 'it is' : 'they are'}.`
          }
          isBusy={isSaving}
          onSave={() => onSave(entries)}
          onDiscard={() => {
            setEdited(null);
            if (isNew) onDiscardNew?.();
          }}
        />
      )}
    </>
  );
}

function wordsOf(changed: number, isNew: boolean): string {
  if (isNew && changed === 0) return 'A copy of the organisation’s sync config';
  return `${plural(changed, 'data model')} changed`;
}
