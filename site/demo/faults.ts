/** Milliseconds, long enough that in practice only the reader ends the fault. */
const UNTIL_ENDED_MS = 3_600_000;

/**
 * The requests to the simulator's control for each fault, in order. Rejecting tokens affects only new connections, so
 * `reject-token` also cuts the open ones.
 */
const STEPS = {
  kill: [["kill", {}]],
  freeze: [["freeze", {}]],
  refuse: [["kill", { downMs: UNTIL_ENDED_MS }]],
  "reject-token": [
    ["reject-token", {}],
    ["kill", { downMs: 500 }],
  ],
  "expire-token": [["expire-token", {}]],
  "lame-duck": [["lame-duck", {}]],
  slow: [["slow", {}]],
} as const satisfies Readonly<Record<string, readonly (readonly [path: string, body: object])[]>>;
type DemoFault = keyof typeof STEPS;

export const DEMO_FAULTS = Object.keys(STEPS) as readonly DemoFault[];

/** Injects a fault. */
export async function injectFault(controlUrl: string, fault: DemoFault): Promise<void> {
  for (const [path, body] of STEPS[fault]) await post(new URL(`/fault/${path}`, controlUrl), body);
}

/** Ends all faults. */
export function clearFaults(controlUrl: string): Promise<void> {
  return post(new URL("/clear", controlUrl), {});
}

async function post(url: URL, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}`);
}
