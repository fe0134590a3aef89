/** The numeric comparisons. */
export const OPERATORS = {
  ">": (one: number, other: number) => one > other,
  ">=": (one: number, other: number) => one >= other,
  "<": (one: number, other: number) => one < other,
  "<=": (one: number, other: number) => one <= other,
} as const;

/** A condition on a value: a comparison with a number, or equality with a text. */
export type Condition =
  | { readonly operator: keyof typeof OPERATORS; readonly number: number }
  | { readonly operator: "=" | "!="; readonly text: string };

const COMPARISON = /^(>=|<=|>|<)\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)$/i;

/** Parses `>80`, `<= 0.5`, `failed` or `!=ok`; null for an invalid condition, such as `>hot`. */
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

/** Whether a value meets a condition, ignoring case; `number` is null for a value that isn't a number. */
export function matches(condition: Condition, text: string, number: number | null): boolean {
  if ("text" in condition) return isSame(text, number, condition.text) === (condition.operator === "=");
  return number !== null && OPERATORS[condition.operator](number, condition.number);
}

/** Compares as numbers where both are numbers, so that `1.0` equals 1. */
function isSame(text: string, number: number | null, wanted: string): boolean {
  if (text.toLowerCase() === wanted.toLowerCase()) return true;
  return number !== null && /\d/.test(wanted) && number === Number(wanted);
}
