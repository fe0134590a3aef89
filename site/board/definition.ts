import { readJson } from "../ui/memory.ts";

/** What a definition says: a subject alone is the shortest; null where it is no JSON. */
export function givenIn(definition: string): unknown {
  const given = readJson(definition);
  return typeof given === "string" ? { subject: given } : given;
}

/** Whether a definition is a panel's own: the same in any form, but for the id that its panel had to be given. */
export function isDefinitionOf(definition: string, panel: string): boolean {
  const given = givenIn(definition);
  const own = givenIn(panel);
  if (!isRecord(given) || !isRecord(own)) return false;
  const { id, ...others } = own;
  return JSON.stringify(given) === JSON.stringify("id" in given ? own : others);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
