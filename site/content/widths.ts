/** Characters that a column is never narrower or wider than. */
const LEAST = 4;
const MOST = 60;
/** How many of the texts must fit whole; the longest few would take room from all others. */
const SHARE = 0.9;
/** A heading is bold: its signs are so much wider. */
const BOLD = 1.1;
/** What takes two lines is never narrower than this for that, and a word that is longer than this is broken. */
const LEAST_BROKEN = 10;
const LONGEST_WORD = 20;

/** How wide a column should be, in characters. */
export interface ColumnWidth {
  /** So that nearly all that stands in it has room in one line. */
  readonly whole: number;
  /** The same in two lines, without breaking a word. */
  readonly broken: number;
}

/**
 * How wide a column should be: as wide as nearly all that stands in it.
 * @param heading its heading, which is never cut
 */
export function widthOf(heading: string, texts: readonly string[]): ColumnWidth {
  const lengths = texts.map(lengthOf);
  const least = Math.max(LEAST, Math.ceil(lengthOf(heading).all * BOLD));
  const whole = Math.min(MOST, Math.max(least, usual(lengths.map(({ all }) => all))));
  const word = Math.min(LONGEST_WORD, usual(lengths.map(({ word }) => word)));
  const half = usual(lengths.map(({ all }) => Math.ceil(all / 2) + 1));
  return {
    whole,
    broken: Math.max(least, Math.min(whole, Math.max(word, half, LEAST_BROKEN), LONGEST_WORD)),
  };
}

function usual(lengths: number[]): number {
  lengths.sort((one, other) => one - other);
  return lengths[Math.ceil(lengths.length * SHARE) - 1] ?? 0;
}

/** Signs of a text and of its longest word as they are seen, those of East Asia and emoji as two (Unicode, Annex 11). */
function lengthOf(text: string): { all: number; word: number } {
  let [all, word, longest] = [0, 0, 0];
  for (const sign of text.slice(0, 2 * MOST)) {
    if (/\p{M}|\u200d|\ufe0f/u.test(sign)) continue;
    const width =
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u.test(
        sign,
      )
        ? 2
        : 1;
    all += width;
    word = sign === " " ? 0 : word + width;
    longest = Math.max(longest, word);
  }
  return { all, word: longest };
}
