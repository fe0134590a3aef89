import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import { badgeSchema, healthCheckSchema, healthSchema, livenessSchema } from "../contract/health.ts";
import { pageConfigSchema } from "../contract/page-config.ts";
import { problemSchema } from "../contract/problem.ts";
import { statusSchema } from "../contract/status.ts";
import { tokenRequestSchema, tokenSchema } from "../contract/token.ts";
import { VERSION } from "./version.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The contract's schemas by their names in the description. */
const SCHEMAS = {
  Problem: problemSchema,
  Config: pageConfigSchema,
  Status: statusSchema,
  TokenRequest: tokenRequestSchema,
  Token: tokenSchema,
  Liveness: livenessSchema,
  HealthCheck: healthCheckSchema,
  Health: healthSchema,
  Badge: badgeSchema,
} as const;

const refTo = (name: string): string => `#/components/schemas/${name}`;

const answer = (description: string, mediaType: string, schema: Schema) => ({
  description,
  content: { [mediaType]: { schema } },
});
const ref = (name: keyof typeof SCHEMAS): Schema => ({ $ref: refTo(name) });
const json = (description: string, name: keyof typeof SCHEMAS) =>
  answer(description, "application/json", ref(name));
const health = (description: string, name: "Health" | "Liveness" = "Health") =>
  answer(description, "application/health+json", ref(name));
const problem = (description: string) => answer(description, "application/problem+json", ref("Problem"));

const get = <R>(responses: R) => ({ get: { responses } });
const misconfigured = { "500": problem("A setting is invalid; `problems` lists each with its fix") };

const PATHS = {
  "/api/openapi.json": get({ "200": answer("This description", "application/json", { type: "object" }) }),
  "/api/config": get({ "200": json("The page's configuration", "Config"), ...misconfigured }),
  "/api/status": get({ "200": json("The observation, uptime and history", "Status"), ...misconfigured }),
  "/api/token": {
    post: {
      requestBody: { required: true, content: { "application/json": { schema: ref("TokenRequest") } } },
      responses: {
        "200": json("Credentials for reading the feeds", "Token"),
        "400": problem("The body is not a user's public key"),
        "401": problem("The passphrase or Access assertion is missing or wrong"),
        "403": problem("The request doesn't come from the worker's own page"),
        "404": problem("AUTH_MODE is none: there are no credentials"),
        "413": problem("The body is too large"),
        "429": problem("Too many requests; `Retry-After` says when to try again"),
        ...misconfigured,
        "503": problem("The rate limiter or Cloudflare Access's keys are unavailable"),
      },
    },
  },
  "/livez": get({ "200": health("The worker is running", "Liveness") }),
  "/healthz": get({ "200": health("The worker is running, as in /livez", "Liveness") }),
  "/readyz": {
    get: {
      parameters: [
        { name: "verbose", in: "query", required: false, allowEmptyValue: true, schema: { type: "string" } },
      ],
      responses: {
        "200": health("The page can use NATS; `warn` names what is wrong"),
        "503": health("The page can't use NATS; `output` and `fix` say why and what to do"),
      },
    },
  },
  "/metrics": get({
    "200": answer("Metrics in OpenMetrics text", "application/openmetrics-text", { type: "string" }),
    ...misconfigured,
  }),
  "/badge": get({ "200": json("A shields.io endpoint badge", "Badge") }),
} as const;

/** Creates the description served at `/api/openapi.json` (OpenAPI 3.1). */
export function openApi() {
  return {
    openapi: "3.1.0",
    info: { title: "Mycelium", version: VERSION, license: { name: "MIT", identifier: "MIT" } },
    paths: PATHS,
    components: {
      schemas: toJsonSchemaDefs(SCHEMAS, {
        overrideRef: ({ referenceId }) => refTo(referenceId),
        // Checks in code have no JSON Schema: they are left out.
        errorMode: "ignore",
      }),
    },
  } as const;
}
