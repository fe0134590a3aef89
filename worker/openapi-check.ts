/** For tests: checks answers against /api/openapi.json. */
import { type Schema, Validator } from "@cfworker/json-schema";
import { openApi } from "./openapi.ts";

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const description = openApi();
/** The described operations by path and method. */
export const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = description.paths;

/** The schema with `additionalProperties: false` in every object. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return "properties" in inner ? { ...inner, additionalProperties: false } : inner;
}

const components = closed(description.components);

/** Where a value differs from a schema. */
function differences(value: unknown, schema: Schema): string[] {
  const validator = new Validator({ ...schema, components }, "2020-12", false);
  return validator
    .validate(value)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`);
}

/**
 * How an answer differs from /api/openapi.json, a line each.
 * @param text the answer's body, which can be read only once
 */
export function differencesFromOpenApi(
  method: string,
  path: string,
  { status, headers }: Response,
  text: string,
): readonly string[] {
  const described = Object.entries(paths[path]?.[method]?.responses[String(status)]?.content ?? {});
  const [mediaType = ""] = (headers.get("Content-Type") ?? "").split(";");
  const [[only, content] = []] = described;
  if (described.length !== 1 || content === undefined || only !== mediaType) {
    return [`${method} ${path}: ${status} ${mediaType}, described are: ${described.map(([type]) => type)}`];
  }
  return mediaType.endsWith("json") ? differences(JSON.parse(text), content.schema) : [];
}
