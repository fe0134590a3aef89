import fc from "fast-check";
import { expect, test } from "vitest";
import { OneByOne } from "./one-by-one.ts";
import type { StoredParts } from "./stored.ts";
import type { FirstMatch, StreamReader } from "./stream-reader.ts";

const stored = (sequence: number): StoredParts => ({ sequence }) as StoredParts;

/** A stream that changes while it is read: each request first stores some messages and deletes one. */
class BusyStream implements StreamReader {
  readonly directSubject = "";
  last = 0;
  readonly deleted = new Set<number>();
  readonly #steps: (readonly [stored: number, deleted: number])[];

  constructor(steps: readonly (readonly [stored: number, deleted: number])[]) {
    this.#steps = [...steps];
  }

  /** Whether the stream has stopped changing. */
  get isQuiet(): boolean {
    return this.#steps.length === 0;
  }

  async find(from: number): Promise<FirstMatch | null> {
    const [more, gone] = this.#steps.shift() ?? [0, 0];
    this.last += more;
    this.deleted.add(gone);
    for (let sequence = from; sequence <= this.last; sequence += 1) {
      if (!this.deleted.has(sequence)) return { first: stored(sequence), count: 1 };
    }
    return null;
  }

  request = () => Promise.reject(new Error("is not asked"));
  switchToOneByOne = () => Promise.reject(new Error("is not asked"));
}

/** Reads until there is no more and the stream has stopped changing. */
async function readAll(stream: BusyStream): Promise<readonly number[]> {
  const reader = new OneByOne(stream, false);
  const read: number[] = [];
  const take = ({ sequence }: StoredParts) => read.push(sequence);
  for (;;) {
    const { isQuiet } = stream;
    const hasMore = await reader.read((read.at(-1) ?? 0) + 1, take);
    if (isQuiet && !hasMore) return read;
  }
}

test("a message stored between two requests of one read isn't skipped", async () => {
  // From the second read on, two requests go out at once: the fourth finds nothing, the fifth what was stored since.
  const stream = new BusyStream([
    [1, 0],
    [2, 0],
    [0, 0],
    [0, 0],
    [2, 0],
  ]);
  expect(await readAll(stream)).toEqual([1, 2, 3, 4, 5]);
});

test("whatever is stored and deleted meanwhile, all messages left at the end have been read, once and in order", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 30 })), { maxLength: 60 }),
      async (steps) => {
        const stream = new BusyStream(steps);
        const read = await readAll(stream);
        expect(read).toEqual([...new Set(read)].sort((one, other) => one - other));
        for (let sequence = 1; sequence <= stream.last; sequence += 1) {
          if (!stream.deleted.has(sequence)) expect(read).toContain(sequence);
        }
      },
    ),
  ));
