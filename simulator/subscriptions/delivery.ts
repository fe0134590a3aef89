import type { ConnectOptions } from "../protocol/connect-options.ts";
import type { Publication } from "../protocol/publication.ts";
import type { Account } from "./account.ts";
import type { MatchMemo } from "./match-memo.ts";
import { prepareTail } from "./message-writer.ts";
import type { Subscriber, Subscription } from "./subscription.ts";

/** A source of messages: a client's connection, or the server's streams. */
export interface Publisher extends Subscriber {
  readonly account: Account;
  readonly memo: MatchMemo;
  readonly options: Pick<ConnectOptions, "echo" | "no_responders">;
  /** Asks the publisher to pause, because a subscriber can't keep up. */
  stall(): void;
  /** Reports that nobody received a publication with a reply subject. */
  onNoResponders(subject: string, reply: string): void;
}

/** Delivers a publication to all matching subscriptions, and reports to a requester when there are none. */
export function distribute(publisher: Publisher, publication: Publication): void {
  publisher.memo.update(publisher.account, publication);
  const { match, subject } = publisher.memo;
  let delivered = 0;
  if (match.plain.length > 0 || match.groups.length > 0) {
    prepareTail(publication);
    for (const subscription of match.plain) {
      delivered += deliver(publisher, subscription, subject, publication);
    }
    for (const members of match.groups) delivered += deliverToOne(publisher, members, subject, publication);
  }
  const hasReply = publication.replyEnd > publication.replyStart;
  if (delivered === 0 && hasReply && publisher.options.no_responders) {
    publisher.onNoResponders(subject, publication.reply);
  }
}

/** Delivers to a random member of a queue group, or to the next member that may receive the message. */
function deliverToOne(
  publisher: Publisher,
  members: readonly Subscription[],
  subject: string,
  publication: Publication,
): number {
  const first = Math.floor(Math.random() * members.length);
  for (let turn = 0; turn < members.length; turn++) {
    const member = members[(first + turn) % members.length] as Subscription;
    if (deliver(publisher, member, subject, publication) === 1) return 1;
  }
  return 0;
}

/** Delivers to one subscription; returns the number of messages delivered. */
function deliver(
  publisher: Publisher,
  subscription: Subscription,
  subject: string,
  publication: Publication,
): 0 | 1 {
  const { subscriber } = subscription;
  if (subscriber === publisher && !publisher.options.echo) return 0;
  if (subscription.filter?.mayReceive(subject) === false) return 0;
  subscription.delivered++;
  if (subscriber.receive(subscription, subject, publication) === "congested") publisher.stall();
  if (subscription.max > 0 && subscription.delivered >= subscription.max)
    subscriber.unsubscribe(subscription);
  return 1;
}
