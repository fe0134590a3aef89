import type { NatsConnection } from "nats.ws";
import { systemClock } from "../../../client/clock.ts";
import { asMessage } from "../../../client/connection/native-message.ts";
import type { Message } from "../../../client/index.ts";
import type { Clock } from "../../../client/options.ts";
import { SequencedFeed } from "../../../client/sequence/feed.ts";
import type { History, StreamSource } from "../../../client/sequence/port.ts";
import type { Gap } from "../../../client/subscriptions/gap.ts";
import { until } from "../tools/until.ts";
import { type PlainLink, plainLink } from "./plain-link.ts";
import { connectPlain } from "./plain-nats.ts";

/** Everything that one listener of a feed received. */
export interface Heard {
  readonly messages: Message[];
  readonly gaps: Gap[];
  dropped: number;
  /** The payloads as text. */
  payloads(): string[];
  sequences(): (number | undefined)[];
}

/** A feed over plain nats.ws links that a test opens and cuts. */
export interface FeedUnderTest {
  readonly feed: SequencedFeed;
  readonly links: PlainLink[];
  add(history?: History): Heard;
  /** Opens a link, subscribes and gives it to the feed; earlier links stay open. */
  connect(url: string): Promise<NatsConnection>;
  /** Cuts the link, and loses messages in transit. */
  cut(connection: NatsConnection): Promise<void>;
  isCurrent(): Promise<unknown>;
  end(): Promise<void>;
}

/** Creates a feed by sequence for `subject`. */
export function sequenced(subject: string, source: StreamSource, clock: Clock = systemClock): FeedUnderTest {
  const feed = new SequencedFeed({ subject, source, clock });
  const open = new Set<NatsConnection>();
  const links: PlainLink[] = [];
  return {
    feed,
    links,
    add(history) {
      const heard: Heard = {
        messages: [],
        gaps: [],
        dropped: 0,
        payloads: () => heard.messages.map(({ data }) => new TextDecoder().decode(data)),
        sequences: () => heard.messages.map(({ sequence }) => sequence),
      };
      feed.add(
        {
          message: (message) => heard.messages.push(message),
          gap: (gap) => heard.gaps.push(gap),
          state: () => {},
          dropped: () => {
            heard.dropped += 1;
          },
        },
        history,
      );
      return heard;
    },
    async connect(url) {
      const connection = await connectPlain(url, { reconnect: false });
      open.add(connection);
      const receive = feed.createReceiver();
      connection.subscribe(source.republished ?? subject, {
        callback: (_error, message) => {
          if (open.has(connection)) receive(asMessage(message));
        },
      });
      await connection.flush();
      const link = plainLink(connection);
      links.push(link);
      feed.useLink(link);
      return connection;
    },
    async cut(connection) {
      open.delete(connection);
      if (open.size === 0) feed.onLinkLost(null);
      await connection.close();
    },
    isCurrent: () => until("the feed is current", () => feed.state.state === "current"),
    async end() {
      feed.end();
      for (const connection of open) await connection.close();
      open.clear();
    },
  };
}
