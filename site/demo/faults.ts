/** Long enough that only the reader ends it, milliseconds. */
const UNTIL_ENDED_MS = 3_600_000;

/**
 * What the control is told for each fault, in order. A server that only refuses
 * newcomers shows nothing to a page that is in: that page is put out as well.
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

/** What the demo can break. */
export const DEMO_FAULTS = Object.keys(STEPS) as readonly DemoFault[];

/** Brings a fault about. */
export async function bringAbout(controlUrl: string, fault: DemoFault): Promise<void> {
  for (const [path, body] of STEPS[fault]) await post(new URL(`/fault/${path}`, controlUrl), body);
}

/** Ends every fault. */
export function endAll(controlUrl: string): Promise<void> {
  return post(new URL("/clear", controlUrl), {});
}

/** A message to the simulator's control; it answers with what it did. */
async function post(url: URL, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}`);
}
