/** What stands around the built worker in workerd and gives it what Cloudflare's platform would. */
import type { Product } from "../product.ts";
import { Limiter } from "./limiter.ts";
import { MemoryCaches } from "./memory-caches.ts";
import { PageFiles } from "./page-files.ts";
import { Visitors } from "./visitors.ts";

type Env = Record<string, unknown>;
type Handler = Required<Pick<ExportedHandler<Env>, "fetch" | "scheduled">>;
type ObjectClass = new (ctx: DurableObjectState, env: Env) => object;

/** The key that the supervisor and nobody else knows; see `minute`. */
const MINUTE_KEY = "MINUTE_KEY";

/** Around the built worker: its bindings, and what else a deployment has that plain workerd has not. */
export class Surroundings {
  readonly #bindings: Env;
  readonly #completed = new WeakMap<Env, Env>();

  constructor({ files, notFound, limiters }: Product) {
    this.#bindings = { ASSETS: new PageFiles(new Map(Object.entries(files)), notFound) };
    for (const [name, rule] of Object.entries(limiters)) this.#bindings[name] = new Limiter(rule);
    Object.defineProperty(globalThis, "caches", { value: new MemoryCaches() });
  }

  /** The worker's own handler, asked as Cloudflare would ask it. */
  worker(built: Handler): Pick<Handler, "fetch"> {
    return { fetch: (request, env, ctx) => built.fetch(request, this.#complete(env), ctx) };
  }

  /** What the supervisor asks each minute, on a socket of its own: the worker's cron trigger. */
  minute(built: Handler): Pick<Handler, "fetch"> {
    return {
      fetch: async (request, env, ctx) => {
        if (request.headers.get("Authorization") !== `Bearer ${env[MINUTE_KEY]}`) {
          return new Response(null, { status: 404 });
        }
        const controller = { scheduledTime: Date.now(), cron: "* * * * *", noRetry: () => {} };
        await built.scheduled(controller as ScheduledController, this.#complete(env), ctx);
        return new Response(null, { status: 204 });
      },
    };
  }

  /** A Durable Object's class, which gets the same environment. */
  object(built: ObjectClass): ObjectClass {
    const complete = (env: Env): Env => this.#complete(env);
    return class extends built {
      constructor(ctx: DurableObjectState, env: Env) {
        super(ctx, complete(env));
      }
    };
  }

  /** workerd gives null for what its environment doesn't set; Cloudflare gives nothing. The same object for the same environment. */
  #complete(env: Env): Env {
    const known = this.#completed.get(env);
    if (known !== undefined) return known;
    const set = Object.entries(env).filter(([name, value]) => value !== null && name !== MINUTE_KEY);
    const VISITORS = new Visitors(env.PUBLIC_URL);
    const complete = { ...Object.fromEntries(set), ...this.#bindings, VISITORS };
    this.#completed.set(env, complete);
    return complete;
  }
}
