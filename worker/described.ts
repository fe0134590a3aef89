/** For tests: whether an answer is one that /api/openapi.json describes. */
import { OPENAPI } from "./openapi.ts";

interface Answer {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}
type Paths = Readonly<
  Record<string, Readonly<Record<string, { responses: Readonly<Record<string, Answer>> }>>>
>;

/** What is described, by path and method. */
export const paths = OPENAPI.paths as unknown as Paths;
const schemas = OPENAPI.components.schemas as unknown as Readonly<Record<string, Schema>>;

/** Where `value` is not what `schema` says, as paths; fields that the schema doesn't know count too. */
function differences(value: unknown, schema: Schema, path = "$"): string[] {
  if (schema.$ref !== undefined) {
    return differences(value, schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, path);
  }
  if (schema.anyOf !== undefined) {
    const each = schema.anyOf.map((one) => differences(value, one, path));
    return each.find((found) => found.length === 0) ?? each[0] ?? [];
  }
  if (schema.type === "null") return value === null ? [] : [`${path} is not null`];
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${path} is ${JSON.stringify(value)}`];
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => differences(item, schema.items ?? {}, `${path}[${index}]`));
  }
  const { properties, required = [] } = schema;
  if (properties === undefined) return [];
  if (typeof value !== "object" || value === null) return [`${path} is no object`];
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const known = properties[name];
    return known === undefined ? [`${path}.${name} is unknown`] : differences(item, known, `${path}.${name}`);
  });
  return [...missing, ...wrong];
}

/**
 * What /api/openapi.json doesn't say of an answer, a line each.
 * @param text the answer's body, which can be read only once
 */
export function undescribed(
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
  if (!mediaType.endsWith("json")) return [];
  // Problems may carry more (RFC 9457, section 3.2).
  return differences(JSON.parse(text), content.schema).filter((one) => one !== "$.problems is unknown");
}
