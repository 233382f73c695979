import { type DragEvent, useState } from 'react';
import type { DataModel } from './draft';

export interface DropPlace {
  readonly model: DataModel;
  readonly side: 'before' | 'after';
}

/** Dragging rows by the browser's own means. Keys do the same, so nothing depends on a pointer. */
export function useRowDrag(onDrop: (moved: DataModel, place: DropPlace) => void) {
  const [moved, setMoved] = useState<DataModel | null>(null);
  const [place, setPlace] = useState<DropPlace | null>(null);
  const end = () => {
    setMoved(null);
    setPlace(null);
  };
  const handle = (model: DataModel) => ({
    draggable: true,
    onDragStart: (event: DragEvent<HTMLElement>) => {
      const row = event.currentTarget.closest('li');
      if (row !== null) event.dataTransfer.setDragImage(row, 16, 16);
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', model);
      setMoved(model);
    },
    onDragEnd: end,
  });
  const target = (model: DataModel) => ({
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (moved === null) return;
      event.preventDefault();
      const { top, height } = event.currentTarget.getBoundingClientRect();
      const side = event.clientY < top + height / 2 ? 'before' : 'after';
      if (place?.model !== model || place.side !== side) setPlace({ model, side });
    },
    onDrop: (event: DragEvent<HTMLElement>) => {
      event.preventDefault();
      if (moved !== null && place !== null && moved !== place.model) onDrop(moved, place);
      end();
    },
  });
  return { moved, place, handle, target };
}
