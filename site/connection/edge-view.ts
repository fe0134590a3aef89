import type { EdgeView } from "../../client/index.ts";
import type { Health } from "../../contract/health.ts";

/** What `/readyz` says of one server; null when it doesn't say. */
export function edgeViewOf({ checks }: Pick<Health, "checks">, server: string | undefined): EdgeView | null {
  const reachability = checks?.["nats:reachability"] ?? [];
  const check =
    reachability.find(({ componentId }) => server !== undefined && isSameServer(componentId, server)) ??
    (reachability.length === 1 ? reachability[0] : undefined);
  if (check === undefined) return null;
  const { status, time, fault, output } = check;
  return {
    status,
    observedAtMs: Date.parse(time),
    ...(fault === undefined ? {} : { kind: fault }),
    ...(output === undefined ? {} : { detail: output }),
  };
}

/** `ws://host` and `ws://host/` are one server. */
function isSameServer(one: string, other: string): boolean {
  return (
    one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href)
  );
}
