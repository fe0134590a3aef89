import { readJson } from "../ui/memory.ts";

/** Parses a definition. A bare subject is short for `{ subject }`. Returns null when the text isn't JSON. */
export function parseDefinition(definition: string): unknown {
  const given = readJson(definition);
  return typeof given === "string" ? { subject: given } : given;
}

/** Whether a definition is that of a panel: the same JSON, apart from an id that the page added to the panel's. */
export function isDefinitionOf(definition: string, panel: string): boolean {
  const given = parseDefinition(definition);
  const own = parseDefinition(panel);
  if (!isRecord(given) || !isRecord(own)) return false;
  const { id, ...others } = own;
  return JSON.stringify(given) === JSON.stringify("id" in given ? own : others);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
