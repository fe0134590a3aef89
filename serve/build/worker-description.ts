import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import type { LimiterRule, NotFound } from "../product.ts";

/** The parts of wrangler.toml that running the worker depends on. */
export interface WorkerDescription {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly notFound: NotFound;
  readonly limiters: Readonly<Record<string, LimiterRule>>;
  readonly objects: readonly DurableObject[];
}

/** A Durable Object's binding and class. */
export interface DurableObject {
  readonly binding: string;
  readonly className: string;
  readonly hasSqlite: boolean;
}

/** The parts of wrangler's configuration that are read here. Wrangler's types need a package that it doesn't include. */
interface WranglerConfig {
  readonly compatibility_date?: string;
  readonly compatibility_flags: readonly string[];
  readonly assets?: { readonly not_found_handling?: NotFound };
  readonly ratelimits: readonly {
    readonly name: string;
    readonly simple: { readonly limit: number; readonly period: number };
  }[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly migrations: readonly { readonly new_sqlite_classes?: readonly string[] }[];
}

/** Reads wrangler.toml with wrangler's own reader, so that a deployment and this product share one definition. */
export function describeWorker(root: string): WorkerDescription {
  const config: WranglerConfig = unstable_readConfig(
    { config: join(root, "wrangler.toml") },
    { hideWarnings: true },
  );
  const sqlite = config.migrations.flatMap((migration) => migration.new_sqlite_classes ?? []);
  return {
    compatibilityDate: config.compatibility_date ?? "",
    compatibilityFlags: config.compatibility_flags,
    notFound: config.assets?.not_found_handling ?? "none",
    limiters: Object.fromEntries(
      config.ratelimits.map(({ name, simple }) => [name, { limit: simple.limit, periodS: simple.period }]),
    ),
    objects: config.durable_objects.bindings.map(({ name, class_name: className }) => ({
      binding: name,
      className,
      hasSqlite: sqlite.includes(className),
    })),
  };
}
