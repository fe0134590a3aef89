/** What the demo can break, as the simulator's control names it. */
export const DEMO_FAULTS = [
  "kill",
  "freeze",
  "refuse",
  "reject-token",
  "expire-token",
  "lame-duck",
  "slow",
] as const;
export type DemoFault = (typeof DEMO_FAULTS)[number];

/** A message to the simulator's control; it answers with what it did. */
async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}`);
}

/** Long enough that only the reader ends it, milliseconds. */
const UNTIL_ENDED_MS = 3_600_000;

/**
 * What the control is told for each fault, in order. A server that only refuses
 * newcomers shows nothing to a page that is in: that page is put out as well.
 */
const STEPS: { readonly [F in DemoFault]?: readonly (readonly [path: string, body: object])[] } = {
  refuse: [["kill", { downMs: UNTIL_ENDED_MS }]],
  "reject-token": [
    ["reject-token", {}],
    ["kill", { downMs: 500 }],
  ],
};

/** Brings a fault about. */
export async function bringAbout(controlUrl: string, fault: DemoFault): Promise<void> {
  for (const [path, body] of STEPS[fault] ?? [[fault, {}]]) {
    await post(new URL(`/fault/${path}`, controlUrl).href, body);
  }
}

/** Ends every fault. */
export function endAll(controlUrl: string): Promise<void> {
  return post(new URL("/clear", controlUrl).href, {});
}
