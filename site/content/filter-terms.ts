import { fold } from "./fold.ts";
import { isNumberText } from "./value.ts";

/** How a field is compared; `:` is that it contains the value. */
type FieldOperator = ":" | "=" | "!=" | ">" | ">=" | "<" | "<=";

/** One thing that is looked for. */
export interface FilterTerm {
  /** Whether it must not be there. */
  readonly isNot: boolean;
  /** What is looked for anywhere, folded. */
  readonly text: string;
  /** Or in a field, where it was written `field:value`, `field>5` and the like. */
  readonly field: FieldTerm | null;
}

export interface FieldTerm {
  /** As it was written. */
  readonly name: string;
  readonly operator: FieldOperator;
  /** As it was written, without its quotation marks. */
  readonly value: string;
  /** Whether the value stood in quotation marks: then "" is an empty text, not any. */
  readonly isQuoted: boolean;
}

/** What is wrong with a filter; it is said beside it, and the rest of the filter acts. */
export type FilterProblem =
  | { readonly kind: "unclosed-quote"; readonly at: string }
  | { readonly kind: "no-number"; readonly at: string; readonly value: string }
  | { readonly kind: "nothing-beside-or" };

export interface ParsedFilter {
  /** One of these must hold, and in it every term. */
  readonly alternatives: readonly (readonly FilterTerm[])[];
  readonly problems: readonly FilterProblem[];
}

/** A field's path ends where an operator begins; a `:` or `=` that stands first belongs to no field. */
const FIELD = /^((?![“”„‟])[^\s":=<>!]+)(:|!=|>=|<=|=|>|<)/;
/**
 * A term is over at a blank that doesn't stand in quotation marks, as a keyboard or as a phone writes them. Inside, such a
 * mark is one like any other, unless it is of their kind and the term could end behind it; where none such follows, or only
 * behind one that opens another phrase, it may be of the other kind: what is typed behind a pasted mark would else run on.
 */
const TERMS =
  /-?(?:(?![“”„‟])[^\s":=<>!]+(?::|!=|>=|<=|=|>|<))?(?:"(?:[^"]|(?<![\s:=<>])")*?"(?=\s|$)|[“”„‟](?:[^“”„‟]|(?<![\s:=<>])[“”„‟])*?[“”„‟](?=\s|$)|["“”„‟](?:.*?["“”„‟](?=\s|$)|.*))|\S+/gs;
const QUOTED = /^["“”„‟](.*)["“”„‟]$/s;
/** It ends with the mark of another phrase, whose opening one is of the other kind too: its own is missing. */
const RUNS_ON = /^".*[\s:=<>][“”„‟].*[“”„‟]$|^[“”„‟].*[\s:=<>]".*"$/s;

/**
 * Reads what a reader looks for: words, `"as it stands"`, `field:value`, `field>5`, `-not`, and `or` between them.
 * There is nothing that can't be looked for: quotation marks make any of it a text.
 */
export function parseFilter(written: string): ParsedFilter {
  const problems: FilterProblem[] = [];
  const besideOr: (FilterTerm | null)[][] = [[]];
  for (const [piece] of written.matchAll(TERMS)) {
    if (/^or$/i.test(piece)) besideOr.push([]);
    else besideOr.at(-1)?.push(termOf(piece, problems));
  }
  if (besideOr.length > 1 && besideOr.some((pieces) => pieces.length === 0))
    problems.push({ kind: "nothing-beside-or" });
  const alternatives = besideOr
    .map((pieces) => pieces.filter((term) => term !== null))
    .filter((terms) => terms.length > 0);
  return { alternatives, problems };
}

function termOf(piece: string, problems: FilterProblem[]): FilterTerm | null {
  const isNot = piece.length > 1 && piece.startsWith("-");
  const positive = isNot ? piece.slice(1) : piece;
  const head = FIELD.exec(positive);
  const [whole, name, operator] = head ?? ["", "", null];
  const value = unquoted(positive.slice(whole.length), problems);
  if (operator === null) return value.text === "" ? null : { isNot, text: fold(value.text), field: null };
  const field = {
    name: name ?? "",
    operator: operator as FieldOperator,
    value: value.text,
    isQuoted: value.isQuoted,
  };
  if (/^[<>]/.test(field.operator) && field.value !== "" && !isNumberText(field.value)) {
    problems.push({ kind: "no-number", at: piece, value: field.value });
  }
  return { isNot, text: fold(whole + value.text), field };
}

function unquoted(text: string, problems: FilterProblem[]): { text: string; isQuoted: boolean } {
  if (!/^["“”„‟]/.test(text)) return { text, isQuoted: false };
  const quoted = RUNS_ON.test(text) ? null : QUOTED.exec(text);
  if (quoted !== null) return { text: quoted[1] ?? "", isQuoted: true };
  problems.push({ kind: "unclosed-quote", at: text });
  return { text: text.slice(1), isQuoted: false };
}
