import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import { app } from "./app.ts";
import type { Env } from "./env.ts";
import { OPENAPI } from "./openapi.ts";

const servers = inject("servers");

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

const paths = OPENAPI.paths as unknown as Paths;
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

const ask = (path: string, natsUrl: string) => app.request(path, {}, { ...(env as Env), NATS_URL: natsUrl });

describe("/api/openapi.json", () => {
  test("describes every route and invents none", () => {
    const routes = app.routes
      .filter(({ method, path }) => method !== "ALL" && path !== "/*" && path !== "*")
      .map(({ method, path }) => `${method} ${path}`);
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual([...new Set(routes)].sort());
  });

  const gettable = Object.entries(paths).filter(([, operations]) => "get" in operations);
  const natsUrls = [servers.open, `ws://${servers.nobody}`, "http://wrong"];

  test.each(gettable.flatMap(([path]) => natsUrls.map((natsUrl) => [path, natsUrl] as const)))(
    "%s of %s answers as described",
    async (path, natsUrl) => {
      const response = await ask(path, natsUrl);
      const described = paths[path]?.get?.responses[String(response.status)];
      const [mediaType = ""] = (response.headers.get("Content-Type") ?? "").split(";");
      expect(Object.keys(described?.content ?? {})).toEqual([mediaType]);
      const text = await response.text();
      if (!mediaType.endsWith("json")) return;
      const found = differences(JSON.parse(text), described?.content[mediaType]?.schema ?? {});
      // Problems may carry more (RFC 9457, section 3.2).
      expect(found.filter((one) => one !== "$.problems is unknown")).toEqual([]);
    },
  );
});
