/** Plays and shrinks lives, of a client or of a feed. */

interface Deed {
  readonly thenMs: number;
}

interface Life {
  readonly deeds: readonly Deed[];
}

/** Result of playing lives until one fails. */
export interface UpToFailure<L> {
  readonly played: number;
  readonly violation: { readonly what: string; readonly schedule: L } | null;
}

/**
 * Plays the lives of `count` seeds, `firstSeed` and every `stride` on, until one fails.
 * @param play returns the violation, or null
 */
export async function upToFailure<L>(
  { count, firstSeed, stride }: { count: number; firstSeed: number; stride: number },
  make: (seed: number) => L,
  play: (life: L) => Promise<string | null>,
): Promise<UpToFailure<L>> {
  for (let i = 0; i < count; i += 1) {
    const schedule = make(firstSeed + i * stride);
    const what = await play(schedule);
    if (what !== null) return { played: i + 1, violation: { what, schedule } };
  }
  return { played: count, violation: null };
}

/** Removes deeds from a failing life until each remaining one is needed for it to fail. */
export async function shrink<L extends Life>(life: L, fails: (life: L) => Promise<boolean>): Promise<L> {
  let smallest = life;
  for (let index = 0; index < smallest.deeds.length; ) {
    const shorter = await firstFailing(smallest, shortened(smallest.deeds, index), fails);
    if (shorter === null) index += 1;
    else smallest = shorter;
  }
  return smallest;
}

async function firstFailing<L extends Life>(
  life: L,
  candidates: readonly (readonly Deed[])[],
  fails: (life: L) => Promise<boolean>,
): Promise<L | null> {
  for (const deeds of candidates) {
    const candidate = { ...life, deeds };
    if (await fails(candidate)) return candidate;
  }
  return null;
}

/** The deeds without one; and the same with its time added to the deed before, in case later deeds need it. */
function shortened(deeds: readonly Deed[], index: number): readonly (readonly Deed[])[] {
  const { thenMs } = deeds[index] as Deed;
  const rest = deeds.filter((_, i) => i !== index);
  if (index === 0) return [rest];
  const delayed = rest.map((deed, i) => (i === index - 1 ? { ...deed, thenMs: deed.thenMs + thenMs } : deed));
  return [rest, delayed];
}
