/** Runs in workerd around the built worker and provides what Cloudflare's platform would. */
import type { Product } from "../product.ts";
import { Limiter } from "./limiter.ts";
import { MemoryCaches } from "./memory-caches.ts";
import { PageFiles } from "./page-files.ts";
import { Visitors } from "./visitors.ts";

type Env = Record<string, unknown>;
type Handler = Required<Pick<ExportedHandler<Env>, "fetch" | "scheduled">>;
type ObjectClass = new (ctx: DurableObjectState, env: Env) => object;

/** Setting with the key that only the supervisor knows; see `minute`. */
const MINUTE_KEY = "MINUTE_KEY";

/** The worker's bindings and the other parts of Cloudflare's platform that plain workerd lacks. */
export class Platform {
  readonly #bindings: Env;
  readonly #environments = new WeakMap<Env, Env>();

  constructor({ files, notFound, limiters }: Product) {
    this.#bindings = { ASSETS: new PageFiles(new Map(Object.entries(files)), notFound) };
    for (const [name, rule] of Object.entries(limiters)) this.#bindings[name] = new Limiter(rule);
    Object.defineProperty(globalThis, "caches", { value: new MemoryCaches() });
  }

  /** The worker's handler, called with the environment that Cloudflare would pass. */
  worker(built: Handler): Pick<Handler, "fetch"> {
    return { fetch: (request, env, ctx) => built.fetch(request, this.#withBindings(env), ctx) };
  }

  /** Handler of the supervisor's request each minute, on a socket of its own: runs the worker's cron trigger. */
  minute(built: Handler): Pick<Handler, "fetch"> {
    return {
      fetch: async (request, env, ctx) => {
        if (request.headers.get("Authorization") !== `Bearer ${env[MINUTE_KEY]}`) {
          return new Response(null, { status: 404 });
        }
        const controller = { scheduledTime: Date.now(), cron: "* * * * *", noRetry: () => {} };
        await built.scheduled(controller as ScheduledController, this.#withBindings(env), ctx);
        return new Response(null, { status: 204 });
      },
    };
  }

  /** A Durable Object's class, constructed with the same environment. */
  object(built: ObjectClass): ObjectClass {
    const complete = (env: Env): Env => this.#withBindings(env);
    return class extends built {
      constructor(ctx: DurableObjectState, env: Env) {
        super(ctx, complete(env));
      }
    };
  }

  /** Adds the bindings, and omits unset variables: workerd passes them as null. Cached by environment. */
  #withBindings(env: Env): Env {
    const known = this.#environments.get(env);
    if (known !== undefined) return known;
    const set = Object.entries(env).filter(([name, value]) => value !== null && name !== MINUTE_KEY);
    const VISITORS = new Visitors(env.PUBLIC_URL);
    const complete = { ...Object.fromEntries(set), ...this.#bindings, VISITORS };
    this.#environments.set(env, complete);
    return complete;
  }
}
