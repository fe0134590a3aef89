/** Figures that a column has room for at least and at most; the word for what is missing takes no more than the fewest. */
const LEAST = 4;
const MOST = 60;
/** How many of the texts must fit whole; the longest few would take room from all others. */
const SHARE = 0.9;
/** A word that is longer than this is broken. */
const LONGEST_WORD = 20;
/** Of a text there is always this much to be seen, and of a heading. */
const LEAST_SEEN = 12;
/** No number is longer than this, nor a status. */
const LONGEST_FIGURE = 24;
/** After these a text goes on in its second line, as it does after a space. */
export const MAY_BREAK_AFTER = /[-_/:@]/;

/** How wide each sign is, in CSS pixels. */
export type WidthOfSign = (sign: string) => number;

/** How wide a column should be, in CSS pixels. */
export interface ColumnWidth {
  /** Where there is too little room for all columns. */
  readonly least: number;
  /** So that nearly all that stands in it has room in one line. */
  readonly whole: number;
}

/** What a column's width goes by. */
export interface WidthRules {
  readonly widthOfSign: WidthOfSign;
  readonly lines: 1 | 2;
  /** Whether it gives no way: what it says can't be read without its end, nor in two lines. */
  readonly isUnbroken: boolean;
  /** Whether also a rare text has room: a status that is cut can't be told, and a number would be another. */
  readonly isExact: boolean;
}

/**
 * How wide a column should be: as wide as nearly all that stands in it.
 * @param heading its heading, which is cut last
 */
export function widthOf(heading: string, texts: readonly string[], rules: WidthRules): ColumnWidth {
  const { widthOfSign, lines, isUnbroken, isExact } = rules;
  const figure = widthOfSign("0");
  const lengths = texts.map((text) => lengthOf(text, widthOfSign));
  const named = Math.min(MOST * figure, lengthOf(heading, widthOfSign).all);
  const sorted = (of: "all" | "word") =>
    lengths.map((length) => length[of]).sort((one, other) => one - other);
  const [all, words] = [sorted("all"), sorted("word")];
  const most = Math.ceil(texts.length * SHARE) - 1;
  const longest = Math.max(all[most] ?? 0, isExact ? LONGEST_FIGURE * figure : 0);
  const needed = all.findLast((length) => length <= longest) ?? 0;
  const whole = Math.min(MOST * figure, Math.max(LEAST * figure, named, needed));
  if (isUnbroken) return { least: whole, whole };
  const seen = LEAST_SEEN * figure;
  if (lines === 1) return { least: Math.max(named, Math.min(whole, seen)), whole };
  // However rare it is, a short word in two lines looks like two.
  const short = words.findLast((length) => length <= seen) ?? 0;
  const word = Math.min(LONGEST_WORD * figure, Math.max(short, words[most] ?? 0));
  const halves = lengths
    .filter((length) => isExact && length.all <= longest)
    // A short status fills its row in two lines, and looks like one with the next.
    .map((length) => (length.all <= seen ? length.all : length.half));
  const least = Math.max(LEAST * figure, Math.min(named, seen), word, ...halves);
  const roomy = Math.max(whole, word);
  return { least: Math.min(roomy, least), whole: roomy };
}

/** How long a text is, its longest word, and the longer of its lines where it is in two of them. */
function lengthOf(text: string, widthOfSign: WidthOfSign): { all: number; word: number; half: number } {
  let [all, word, longest] = [0, 0, 0];
  const ends: number[] = [];
  for (const sign of text.slice(0, 2 * MOST)) {
    const width = widthOfSign(sign);
    all += width;
    word += width;
    if (sign !== " ") longest = Math.max(longest, word);
    if (sign !== " " && !MAY_BREAK_AFTER.test(sign)) continue;
    word = 0;
    ends.push(all);
  }
  return { all, word: longest, half: Math.min(all, ...ends.map((end) => Math.max(end, all - end))) };
}
