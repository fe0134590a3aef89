/** Characters that a column is never narrower or wider than; the word for what is missing has no more than the fewest. */
const LEAST = 4;
const MOST = 60;
/** How many of the texts must fit whole; the longest few would take room from all others. */
const SHARE = 0.9;
/** A word that is longer than this is broken. */
const LONGEST_WORD = 20;
/** Of a text in one line there is always this much to be seen, and of a heading so much. */
const LEAST_SEEN = 12;
const LEAST_HEADING = 12;
/** After these a text goes on in its second line, as it does after a space. */
export const MAY_BREAK_AFTER = /[-_/:@]/;

/** How wide a column should be, in characters as wide as a figure. */
export interface ColumnWidth {
  /** So that nearly all that stands in it has room in one line. */
  readonly whole: number;
  /** Where there is too little room for all columns: cut after a beginning in one line. */
  readonly oneLine: number;
  /** The same in two lines, of which no word is broken. */
  readonly twoLines: number;
}

/**
 * How wide a column should be: as wide as nearly all that stands in it.
 * @param heading its heading, which is cut last
 * @param share how many of the texts must have room, 0 to 1
 */
export function widthOf(heading: string, texts: readonly string[], share = SHARE): ColumnWidth {
  const lengths = texts.map(lengthOf);
  const named = lengthOf(heading).all;
  const longest = Math.ceil(texts.length * share) - 1;
  const usual = (of: "all" | "word") =>
    lengths.map((length) => length[of]).sort((one, other) => one - other)[longest] ?? 0;
  const word = Math.min(LONGEST_WORD, usual("word"));
  const twoLines = Math.max(LEAST, Math.min(named, LEAST_HEADING), word);
  const whole = Math.min(MOST, Math.max(named, twoLines, usual("all")));
  return { whole, oneLine: Math.max(named, Math.min(whole, LEAST_SEEN)), twoLines };
}

/**
 * How long a text and its longest word are as they are seen, in figures: signs of East Asia and emoji are two (Unicode,
 * Annex 11), Latin ones as wide as in most fonts.
 */
function lengthOf(text: string): { all: number; word: number } {
  let [all, word, longest] = [0, 0, 0];
  for (const sign of text.slice(0, 2 * MOST)) {
    if (/\p{M}|\u200d|\ufe0f/u.test(sign)) continue;
    const width = widthOfSign(sign);
    all += width;
    word += width;
    if (sign !== " ") longest = Math.max(longest, word);
    if (sign === " " || MAY_BREAK_AFTER.test(sign)) word = 0;
  }
  return { all: halves(all), word: halves(longest) };
}

function halves(length: number): number {
  return Math.ceil(length * 2) / 2;
}

function widthOfSign(sign: string): number {
  if (/\d/.test(sign)) return 1;
  if (
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u.test(
      sign,
    )
  )
    return 2;
  if (/[\sijlftr.,:;|'!()[\]-]/.test(sign)) return 0.6;
  if (/[mwMW@%]/.test(sign)) return 1.5;
  return /\p{Lu}/u.test(sign) ? 1.15 : 1;
}
