import { fold } from "./fold.ts";
import { isNumberText } from "./value.ts";

/** How a field is compared; `:` means that it contains the value. */
type FieldOperator = ":" | "=" | "!=" | ">" | ">=" | "<" | "<=";

/** One term of a filter. */
export interface FilterTerm {
  /** Whether the term must not match. */
  readonly isNot: boolean;
  /** The text to find anywhere in the message, folded. */
  readonly text: string;
  /** Where the term was written as `field:value`, `field>5` and the like, the comparison that matches too. */
  readonly field: FieldTerm | null;
}

export interface FieldTerm {
  /** As written. */
  readonly name: string;
  readonly operator: FieldOperator;
  /** As written, without quotation marks. */
  readonly value: string;
  /** Whether the value was quoted: `field:""` finds empty texts, `field:` any value. */
  readonly isQuoted: boolean;
}

/** A problem of a filter, shown beside it; the filter's other terms still act. */
export type FilterProblem =
  | { readonly kind: "unclosed-quote"; readonly at: string }
  | { readonly kind: "no-number"; readonly at: string; readonly value: string }
  | { readonly kind: "nothing-beside-or" };

export interface ParsedFilter {
  /** A message matches if all terms of any one alternative match. */
  readonly alternatives: readonly (readonly FilterTerm[])[];
  readonly problems: readonly FilterProblem[];
}

/** A field's path ends at an operator; a leading `:` or `=` belongs to no field. */
const FIELD = /^((?![“”„‟])[^\s":=<>!]+)(:|!=|>=|<=|=|>|<)/;
/**
 * Splits a filter into terms at spaces outside quotation marks, straight or curly (as phones write them). A quotation
 * mark ends the phrase if it is of the opening mark's kind and a space or the end follows. Where no such mark follows,
 * or only after one that opens another phrase, a mark of the other kind ends it: otherwise a pasted mark would quote
 * all the rest.
 */
const TERMS =
  /-?(?:(?![“”„‟])[^\s":=<>!]+(?::|!=|>=|<=|=|>|<))?(?:"(?:[^"]|(?<![\s:=<>])")*?"(?=\s|$)|[“”„‟](?:[^“”„‟]|(?<![\s:=<>])[“”„‟])*?[“”„‟](?=\s|$)|["“”„‟](?:.*?["“”„‟](?=\s|$)|.*))|\S+/gs;
const QUOTED = /^["“”„‟](.*)["“”„‟]$/s;
/** A phrase that lacks its own closing mark and ends with that of a later phrase of the other kind. */
const RUNS_ON = /^".*[\s:=<>][“”„‟].*[“”„‟]$|^[“”„‟].*[\s:=<>]".*"$/s;

/**
 * Parses a filter: words, `"exact phrases"`, `field:value`, `field>5`, `-not`, and `or` between them. Quotation marks
 * make any of these plain text.
 */
export function parseFilter(written: string): ParsedFilter {
  const problems: FilterProblem[] = [];
  const groups: (FilterTerm | null)[][] = [[]];
  for (const [piece] of written.matchAll(TERMS)) {
    if (/^or$/i.test(piece)) groups.push([]);
    else groups.at(-1)?.push(termOf(piece, problems));
  }
  if (groups.length > 1 && groups.some((pieces) => pieces.length === 0))
    problems.push({ kind: "nothing-beside-or" });
  const alternatives = groups
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
