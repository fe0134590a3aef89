/** Comparisons by size. */
export const OPERATORS = {
  ">": (one: number, other: number) => one > other,
  ">=": (one: number, other: number) => one >= other,
  "<": (one: number, other: number) => one < other,
  "<=": (one: number, other: number) => one <= other,
} as const;

/** What a value is held against: a number by its size, or a text by its letters. */
export type Condition =
  | { readonly operator: keyof typeof OPERATORS; readonly number: number }
  | { readonly operator: "=" | "!="; readonly text: string };

const COMPARISON = /^(>=|<=|>|<)\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)$/i;

/** Reads `>80`, `<= 0.5`, `failed` or `!=ok`; null where it is none: a comparison needs a number. */
export function parseCondition(text: string): Condition | null {
  const trimmed = text.trim();
  const comparison = COMPARISON.exec(trimmed);
  if (comparison !== null) {
    return { operator: comparison[1] as keyof typeof OPERATORS, number: Number(comparison[2]) };
  }
  if (/^[<>]/.test(trimmed) || trimmed === "" || trimmed === "=" || trimmed === "!=") return null;
  if (trimmed.startsWith("!=")) return { operator: "!=", text: trimmed.slice(2).trim() };
  return { operator: "=", text: trimmed.replace(/^==?/, "").trim() };
}

/** Whether a value is so; `number` is null for what is no number. Letters' case doesn't matter. */
export function isSo(condition: Condition, text: string, number: number | null): boolean {
  if ("text" in condition) return isSame(text, number, condition.text) === (condition.operator === "=");
  return number !== null && OPERATORS[condition.operator](number, condition.number);
}

/** `1.0` is 1: numbers are compared as such, where both are. */
function isSame(text: string, number: number | null, wanted: string): boolean {
  if (text.toLowerCase() === wanted.toLowerCase()) return true;
  return number !== null && /\d/.test(wanted) && number === Number(wanted);
}
