import { inject } from "vitest";
import type { Resolver } from "./dns.ts";
import type { ProbePlan } from "./plan.ts";

const noSuchName = () => Promise.reject(Object.assign(new Error("fake"), { code: "ENOTFOUND" }));

/** A resolver that knows no name, so that no test sends DNS queries. */
export const EMPTY_DNS: Resolver = { resolve4: noSuchName, resolve6: noSuchName };

/** A plan without credentials that reads nothing. */
export const ANYBODY: ProbePlan = {
  login: null,
  inbox: "_INBOX.anybody",
  publicUrl: null,
  subjects: [],
  directGets: [],
  publishTestServers: [],
};

/** The `ws://` URL of the server that misbehaves in this way. */
export function strange(name: string): string {
  const address = inject("servers").strange[name];
  if (address === undefined) throw new Error(`there is no server that ${name}`);
  return `ws://${address}`;
}
