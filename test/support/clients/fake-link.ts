import { beforeEach } from "vitest";
import type { Message, MessageHandler } from "../../../client/message.ts";
import type { SubscribingLink, SubscriptionKey } from "../../../client/subscriptions/interest.ts";
import { Registry } from "../../../client/subscriptions/registry.ts";
import { VirtualClock } from "../../chaos/virtual-clock.ts";

/** A time after the start of a virtual clock. */
export const START_MS = 2_000_000;
export const COMPLETE_MS = START_MS - 500;

/** A link whose flushes resolve when the test says so, and that exposes its subscriptions. */
export class FakeLink implements SubscribingLink {
  completeUntilMs = COMPLETE_MS;
  isLive = true;
  rttMs = 1;
  readonly gone = new Promise<void>(() => {});
  readonly subscribed: { subject: string; queue: string | null; callback: (message: Message) => void }[] = [];
  readonly #flushes: (() => void)[] = [];

  subscribe(subject: string, queue: string | null, callback: (message: Message) => void) {
    const entry = { subject, queue, callback };
    this.subscribed.push(entry);
    const unsubscribe = () => void this.subscribed.splice(this.subscribed.indexOf(entry), 1);
    return { unsubscribe, drain: async () => unsubscribe() };
  }

  async ask(): Promise<void> {
    throw new Error("a fake link has no streams to ask for");
  }

  flush(): Promise<void> {
    return new Promise((settle) => this.#flushes.push(settle));
  }

  async pong(): Promise<void> {
    for (const settle of this.#flushes.splice(0)) settle();
    await settled();
  }

  send(subject: string, payload = ""): void {
    const data = new TextEncoder().encode(payload);
    const message: Message = { subject, data, isHistory: false, respond: () => false };
    for (const entry of [...this.subscribed]) if (entry.subject === subject) entry.callback(message);
  }

  get subjects(): string[] {
    return this.subscribed.map((entry) => entry.subject);
  }
}

/** Resolves after all reactions to settled promises have run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A registry of subscriptions, and its reports. */
export interface UsedRegistry {
  readonly clock: VirtualClock;
  readonly registry: Registry;
  reported: unknown[];
  add(
    subject: string,
    handler: MessageHandler,
    more?: Partial<SubscriptionKey> & { readonly name?: string },
  ): ReturnType<Registry["add"]>;
}

/** Creates a registry before each test of a file, with its clock at `START_MS`. */
export function useRegistry(): UsedRegistry {
  let clock: VirtualClock;
  let registry: Registry;
  const used: UsedRegistry = {
    get clock() {
      return clock;
    },
    get registry() {
      return registry;
    },
    reported: [],
    add: (subject, handler, { name = "", ...more } = {}) =>
      registry.add({ subject, queue: null, source: null, ...more }, name, handler),
  };
  beforeEach(() => {
    clock = new VirtualClock();
    clock.moveTo(START_MS);
    used.reported = [];
    registry = new Registry({
      clock,
      onCallbackError: (what, subject, reason) => used.reported.push([what, subject, String(reason)]),
      onDenied: (subject, reason) => used.reported.push(["denied", subject, reason.kind]),
      onGaps: (gaps) => used.reported.push(["gaps", gaps]),
      onReceived: () => {},
      loadFeeds: () => Promise.reject(new Error("these subscriptions have no streams")),
    });
  });
  return used;
}
