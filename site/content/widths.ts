/** The limits of a column's width, in digits; the text for a missing value fits into the least. */
const LEAST = 4;
const MOST = 60;
/** The share of texts that must fit in full, apart from short ones; the longest few would take the room of other columns. */
const SHARE = 0.9;
/** Longer words are broken; digits. */
const LONGEST_WORD = 20;
/** The part of a text or a heading that is always visible, so that a name among shorter ones isn't cut; digits. */
const LEAST_SEEN = 12;
/** The longest number or status that must fit, digits. */
const LONGEST_FIGURE = 24;
/** Characters after which a text may wrap, besides spaces. */
export const MAY_BREAK_AFTER = /[-_/:@]/;

/** The width of a character in CSS pixels. */
export type CharacterWidth = (character: string) => number;

/** The widths of a column, in CSS pixels. */
export interface ColumnWidth {
  /** The width where there is too little room for all columns. */
  readonly least: number;
  /** The width at which nearly all texts fit in one line. */
  readonly whole: number;
}

/** How a column's width is computed. */
export interface WidthRules {
  readonly characterWidth: CharacterWidth;
  readonly lines: 1 | 2;
  /** Whether the column must not shrink, because its texts can't be cut or wrapped. */
  readonly isUnbroken: boolean;
  /** Whether rare long texts must fit too: a status or number that is cut looks like another. */
  readonly isExact: boolean;
}

/**
 * The widths of a column, at which nearly all its texts fit.
 * @param heading the column's heading, which is cut last
 */
export function widthOf(heading: string, texts: readonly string[], rules: WidthRules): ColumnWidth {
  const { characterWidth, lines, isUnbroken, isExact } = rules;
  const figure = characterWidth("0");
  const lengths = texts.map((text) => lengthOf(text, characterWidth));
  const named = Math.min(MOST * figure, lengthOf(heading, characterWidth).all);
  const sorted = (of: "all" | "word") =>
    lengths.map((length) => length[of]).sort((one, other) => one - other);
  const [all, words] = [sorted("all"), sorted("word")];
  const most = Math.ceil(texts.length * SHARE) - 1;
  const longest = Math.max(all[most] ?? 0, (isExact ? LONGEST_FIGURE : LEAST_SEEN) * figure);
  const needed = all.findLast((length) => length <= longest) ?? 0;
  const whole = Math.min(MOST * figure, Math.max(LEAST * figure, named, needed));
  if (isUnbroken) return { least: whole, whole };
  const seen = LEAST_SEEN * figure;
  if (lines === 1) return { least: Math.max(named, Math.min(whole, seen)), whole };
  // A short word must fit, however rare it is: broken into two lines it looks like two words.
  const short = words.findLast((length) => length <= seen) ?? 0;
  const word = Math.min(LONGEST_WORD * figure, Math.max(short, words[most] ?? 0));
  const halves = lengths
    .filter((length) => isExact && length.all <= longest)
    // A short status stays in one line: in two it would fill its row and run into the next.
    .map((length) => (length.all <= seen ? length.all : length.half));
  const least = Math.max(LEAST * figure, Math.min(named, seen), word, ...halves);
  const roomy = Math.max(whole, word);
  return { least: Math.min(roomy, least), whole: roomy };
}

/** The width of a text, of its longest word, and of its longer line if it is wrapped into two. */
function lengthOf(text: string, characterWidth: CharacterWidth): { all: number; word: number; half: number } {
  let [all, word, longest] = [0, 0, 0];
  const ends: number[] = [];
  for (const character of text.slice(0, 2 * MOST)) {
    const width = characterWidth(character);
    all += width;
    word += width;
    if (character !== " ") longest = Math.max(longest, word);
    if (character !== " " && !MAY_BREAK_AFTER.test(character)) continue;
    word = 0;
    ends.push(all);
  }
  return { all, word: longest, half: Math.min(all, ...ends.map((end) => Math.max(end, all - end))) };
}
