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

/** Brings a fault about. */
export function bringAbout(controlUrl: string, fault: DemoFault): Promise<void> {
  return post(new URL(`/fault/${fault}`, controlUrl).href, {});
}

/** Ends every fault. */
export function endAll(controlUrl: string): Promise<void> {
  return post(new URL("/clear", controlUrl).href, {});
}
