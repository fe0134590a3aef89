import { FAULT_KINDS } from "../client/index.ts";
import { PHASE_NAMES } from "./probe/observation.ts";

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const number: Schema = { type: "number" };
const count: Schema = { type: "integer", minimum: 0 };
const time: Schema = { type: "string", format: "date-time" };
const status: Schema = { type: "string", enum: ["pass", "warn", "fail"] };
const faultKind: Schema = { type: "string", enum: FAULT_KINDS };

const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const list = (items: Schema): Schema => ({ type: "array", items });
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const phase = object({ name: { type: "string", enum: PHASE_NAMES }, durationMs: number });

const schemas = {
  Problem: object({ type: text, title: text, status: count, detail: text }),
  Config: object({
    name: text,
    servers: list({ type: "string", pattern: "^wss?://" }),
    feeds: list({ type: "object" }),
    auth: object({
      mode: { type: "string", enum: ["none", "jwt", "userpass", "token"] },
      gate: nullable({ type: "string", enum: ["public", "passphrase", "access"] }),
      tokenLifetimeMs: nullable(number),
    }),
    reconnect: { type: "object" },
    demo: nullable(object({ controlUrl: text })),
  }),
  Check: object(
    {
      componentId: text,
      componentType: { const: "component" },
      status,
      time,
      observedValue: { type: ["number", "string"] },
      observedUnit: { const: "ms" },
      output: text,
      fix: text,
      fault: faultKind,
      httpStatus: count,
      phases: list(phase),
    },
    ["observedUnit", "output", "fix", "fault", "httpStatus", "phases"],
  ),
  Health: object(
    {
      status,
      description: text,
      observationId: text,
      time,
      output: text,
      fix: text,
      fault: { type: "string", enum: [...FAULT_KINDS, "configuration"] },
      checks: object({
        "nats:reachability": list({ $ref: "#/components/schemas/Check" }),
        "nats:responseTime": list({ $ref: "#/components/schemas/Check" }),
      }),
    },
    ["observationId", "time", "output", "fix", "fault", "checks"],
  ),
  Bucket: object({
    startMs: count,
    pass: count,
    warn: count,
    fail: count,
    meanRoundTripMs: nullable(number),
  }),
  Status: object({
    observation: object({
      id: text,
      observedAtMs: count,
      durationMs: count,
      status,
      servers: list(
        object({
          server: text,
          status,
          fault: nullable(object({ kind: faultKind, confidence: text, sentence: text, fix: text })),
          durationMs: count,
          httpStatus: nullable(count),
          roundTripMs: nullable(number),
          phases: list(phase),
        }),
      ),
    }),
    uptime: object({ day: nullable(number), quarter: nullable(number) }),
    minutes: list({ $ref: "#/components/schemas/Bucket" }),
    hours: list({ $ref: "#/components/schemas/Bucket" }),
  }),
  Badge: object({
    schemaVersion: { const: 1 },
    label: text,
    message: text,
    color: { type: "string", enum: ["brightgreen", "yellow", "red"] },
    isError: { type: "boolean" },
  }),
  TokenRequest: {
    ...object({ nkey: { type: "string", pattern: "^U[A-Z2-7]{55}$" } }),
    additionalProperties: false,
  },
  Credentials: {
    oneOf: [
      object({ jwt: text, expiresAt: time }),
      object({ user: text, pass: text }),
      object({ token: text }),
    ],
  },
} as const;

type SchemaName = keyof typeof schemas;

const answer = (description: string, mediaType: string, schema: Schema) => ({
  description,
  content: { [mediaType]: { schema } },
});
const ref = (name: SchemaName): Schema => ({ $ref: `#/components/schemas/${name}` });
const json = (description: string, name: SchemaName) => answer(description, "application/json", ref(name));
const health = (description: string) => answer(description, "application/health+json", ref("Health"));
const problem = (description: string) => answer(description, "application/problem+json", ref("Problem"));

const misconfigured = { "500": problem("A variable is wrong; `problems` names each with its fix") };

/** The description served at `/api/openapi.json` (OpenAPI 3.1). */
export const OPENAPI = {
  openapi: "3.1.0",
  info: { title: "Mycelium", version: "0.1.0", license: { name: "MIT", identifier: "MIT" } },
  paths: {
    "/api/openapi.json": {
      get: { responses: { "200": answer("This description", "application/json", { type: "object" }) } },
    },
    "/api/config": { get: { responses: { "200": json("What the page needs", "Config"), ...misconfigured } } },
    "/api/status": { get: { responses: { "200": json("Now and the past", "Status"), ...misconfigured } } },
    "/api/token": {
      post: {
        requestBody: { required: true, content: { "application/json": { schema: ref("TokenRequest") } } },
        responses: {
          "200": json("Credentials that read the feeds", "Credentials"),
          "400": problem("The body is not one public user key"),
          "401": problem("The gate's proof is missing or wrong"),
          "403": problem("Not asked from the worker's own page"),
          "404": problem("This worker hands out no credentials"),
          "413": problem("The body is too large"),
          "429": problem("Too many requests"),
          ...misconfigured,
          "503": problem("The limiter or the gate's keys can't be had"),
        },
      },
    },
    "/livez": {
      get: { responses: { "200": answer("The worker runs", "application/health+json", object({ status })) } },
    },
    "/readyz": {
      get: {
        parameters: [{ name: "verbose", in: "query", required: false, allowEmptyValue: true, schema: text }],
        responses: { "200": health("NATS is reached"), "503": health("NATS is not reached, and why") },
      },
    },
    "/metrics": {
      get: {
        responses: {
          "200": answer("OpenMetrics", "application/openmetrics-text", text),
          ...misconfigured,
        },
      },
    },
    "/badge": { get: { responses: { "200": json("A badge for shields.io", "Badge") } } },
  },
  components: { schemas },
} as const;
