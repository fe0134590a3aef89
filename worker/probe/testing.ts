import { inject } from "vitest";
import type { Resolver } from "./dns.ts";
import type { Visitor } from "./visitor.ts";

const noSuchName = () => Promise.reject(Object.assign(new Error("fake"), { code: "ENOTFOUND" }));

/** Knows no name and asks nobody: no test looks anything up outside this machine. */
export const EMPTY_DNS: Resolver = { resolve4: noSuchName, resolve6: noSuchName };

/** Someone without credentials, who reads nothing. */
export const ANYBODY: Visitor = {
  proof: null,
  inbox: "_INBOX.anybody",
  publicUrl: null,
  subjects: [],
  histories: [],
  triesToPublishAt: [],
};

/** The `ws://` URL of a server that behaves wrongly in this way. */
export function strange(name: string): string {
  const address = inject("servers").strange[name];
  if (address === undefined) throw new Error(`there is no server that ${name}`);
  return `ws://${address}`;
}
