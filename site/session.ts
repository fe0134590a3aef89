import { effect } from "@preact/signals";
import { type Message, MyceliumClient, type Subscription } from "../client/index.ts";
import type { PageConfig } from "../contract/page-config.ts";
import { askEdge } from "./api.ts";
import { Samples } from "./charts/samples.ts";
import { Connection } from "./connection/connection.ts";
import { browserSurroundings, watchEnvironment } from "./connection/environment.ts";
import { investigateWith } from "./connection/investigate.ts";
import { dialable } from "./connection/servers.ts";
import type { TimelineMemory } from "./connection/timeline-memory.ts";
import { credentialsFor } from "./credentials/credentials.ts";
import { Passphrase } from "./credentials/passphrase.ts";

import { bindAddress, browserAddress } from "./feeds/address.ts";
import { DecodeBudget } from "./feeds/budget.ts";
import { parseFields } from "./feeds/columns.ts";
import { FeedStore } from "./feeds/feed-store.ts";
import { FeedView } from "./feeds/feed-view.ts";
import { Frames, Repaint } from "./feeds/repaint.ts";
import { Settings } from "./settings/settings.ts";
import { parseChosen } from "./settings/tunables.ts";
import { nowSecondMs } from "./ui/clock.ts";
import { recall, remember } from "./ui/memory.ts";

/** A feed on the page: its view and its place on the wire. */
export interface FeedSession {
  readonly view: FeedView;
  readonly subscription: Subscription;
  readonly repaint: Repaint;
}

/** Everything that lives as long as the page does once its configuration is there. */
export interface Session {
  readonly config: PageConfig;
  readonly connection: Connection;
  /** What the worker wants to know before it gives credentials, where it does. */
  readonly passphrase: Passphrase;
  /** The timeline of earlier visits; loaded when there is something to keep or to show. */
  readonly memory: () => Promise<TimelineMemory>;
  /** The round trip in each second that the page was looked at. */
  readonly roundTrips: Samples;
  readonly settings: Settings;
  readonly feeds: readonly FeedSession[];
  /** Shared by all that is repainted as messages come. */
  readonly frames: Frames;
}

/** Builds the client and the feeds; dials nothing. */
export function openSession(config: PageConfig): Session {
  const { servers, fault: refusal } = dialable(config.servers, location.protocol);
  const passphrase = new Passphrase();
  const credentials = credentialsFor(config.auth, passphrase);
  const client = new MyceliumClient({
    servers: refusal === null ? servers : config.servers,
    ...(credentials === undefined ? {} : { credentials }),
    name: "mycelium",
    investigate: investigateWith(askEdge),
    reconnect: config.reconnect,
  });
  const settings = new Settings(client, parseChosen(recall("tunables")), {
    remember: (text) => remember("tunables", text),
  });
  const surroundings = browserSurroundings(config.servers);
  const connection = new Connection(client, refusal, () => watchEnvironment(client, surroundings));
  const memory = once(openMemory);
  client.timeline.onEntry((entry) => {
    // A timeline that can't be kept is a loss for the next visit, and none for this one.
    memory().then(
      (kept) => kept.keep(entry),
      () => {},
    );
  });

  const roundTrips = new Samples();
  effect(() => roundTrips.note(nowSecondMs.value, client.rttMs));

  const frames = new Frames((paint) => requestAnimationFrame(paint));
  const budget = new DecodeBudget();
  const clock = { wallMs: () => Date.now(), steadyMs: () => performance.now() };
  const feeds = config.feeds.map((feed): FeedSession => {
    const repaint = new Repaint(frames);
    const changed = () => repaint.request();
    const store = new FeedStore(feed, budget, clock, changed);
    // A subscription that is denied has no event that would show it.
    client.timeline.onEntry(changed);
    const { id: name } = feed;
    const receive = (message: Message) => store.receive(message);
    const { stream } = feed;
    const options = stream === undefined ? { name } : { name, stream };
    const subscription = client.subscribe(feed.subject, receive, options);
    subscription.onGap((gap) => store.markGap(gap));
    const view = new FeedView(store);
    view.setFields(parseFields(recall(`columns.${feed.id}`)));
    return { view, subscription, repaint };
  });
  bindAddress(
    feeds.map(({ view }) => view),
    browserAddress,
  );
  return { config, connection, passphrase, memory, roundTrips, settings, feeds, frames };
}

async function openMemory(): Promise<TimelineMemory> {
  const { TimelineMemory } = await import("./connection/timeline-memory.ts");
  const memory = new TimelineMemory({
    read: () => recall("timeline"),
    write: (text) => remember("timeline", text),
    later: (callback, delayMs) => setTimeout(callback, delayMs),
  });
  addEventListener("pagehide", () => memory.flush());
  return memory;
}

/** Loads a thing once; what failed to load is tried again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load().catch((reason) => {
      loading = null;
      throw reason;
    });
    return loading;
  };
}
