import type { FaultPlace, FaultPoint, ReachFaultPoint } from '../../activities/fault-points';
import type { DataModel } from '../../core/unified/models';

/** Which chunks an armed point concerns. */
export interface Where {
  readonly connectionId?: bigint;
  readonly dataModel?: DataModel;
}

/** A chunk that stands at a point. */
export interface Held {
  /** Resolves when a chunk has come there. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

interface Armed {
  readonly point: FaultPoint;
  readonly where: Where;
  left: number;
  readonly act: (place: FaultPlace) => Promise<void>;
}

/** Arms the named points of a stack's chunks: what is armed first strikes first, and once unless said otherwise. */
export class FaultPoints {
  #armed: Armed[] = [];
  readonly #released: (() => void)[] = [];

  readonly reach: ReachFaultPoint = async (point, place) => {
    const armed = this.#armed.find((each) => each.point === point && concerns(each.where, place));
    if (armed === undefined) return;
    armed.left -= 1;
    if (armed.left === 0) this.#armed = this.#armed.filter((each) => each !== armed);
    await armed.act(place);
  };

  /** Runs `act` the next `times` times that a chunk comes there; the chunk waits for it, and crashes if it rejects. */
  on(point: FaultPoint, where: Where, act: (place: FaultPlace) => Promise<void>, times = 1): void {
    this.#armed.push({ point, where, left: times, act });
  }

  /** Holds the next chunk that comes there until it is released. */
  hold(point: FaultPoint, where: Where): Held {
    const reached = latch();
    const released = latch();
    this.#released.push(released.open);
    this.on(point, where, () => {
      reached.open();
      return released.opened;
    });
    return { reached: reached.opened, release: released.open };
  }

  /** Ends the attempt as the death of its worker would: with an error that is no one's answer. */
  crash(point: FaultPoint, where: Where, times = 1): void {
    this.on(point, where, () => Promise.reject(new Error('Crashed by the test')), times);
  }

  /** Lets go what is held, so that a test that failed half-way leaves no chunk behind that never ends. */
  disarm(): void {
    this.#armed = [];
    for (const release of this.#released.splice(0)) release();
  }
}

function concerns(where: Where, place: FaultPlace): boolean {
  if (where.connectionId !== undefined && where.connectionId !== place.connectionId) return false;
  return where.dataModel === undefined || where.dataModel === place.dataModel;
}

function latch(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
