/** Characters that a column is never narrower or wider than. */
const LEAST = 4;
const MOST = 60;
/** How many of the texts must fit whole; the longest few would take room from all others. */
const SHARE = 0.9;

/**
 * How wide a column should be, in characters: as wide as nearly all that stands in it.
 * @param heading its heading, which is never cut
 */
export function widthOf(heading: string, texts: readonly string[]): number {
  const lengths = texts.map(lengthOf).sort((one, other) => one - other);
  const usual = lengths[Math.ceil(lengths.length * SHARE) - 1] ?? 0;
  return Math.min(MOST, Math.max(LEAST, lengthOf(heading), usual));
}

/** Signs as they are seen, those of East Asia and emoji as two (Unicode, Annex 11). */
function lengthOf(text: string): number {
  let length = 0;
  for (const sign of text.slice(0, 2 * MOST)) {
    if (/\p{M}|\u200d|\ufe0f/u.test(sign)) continue;
    length +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u.test(
        sign,
      )
        ? 2
        : 1;
  }
  return length;
}
