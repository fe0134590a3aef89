import type { ConnectOptions } from "../protocol/connect-options.ts";
import type { Publication } from "../protocol/publication.ts";
import type { Account } from "./account.ts";
import type { MatchMemo } from "./match-memo.ts";
import { prepareTail } from "./message-writer.ts";
import type { Subscriber, Subscription } from "./subscription.ts";

/** Whoever publishes: a client's connection, or a part of the server itself. */
export interface Publisher extends Subscriber {
  readonly account: Account;
  readonly memo: MatchMemo;
  readonly options: Pick<ConnectOptions, "echo" | "no_responders">;
  /** A subscriber can't keep up: it should publish nothing for a moment. */
  stall(): void;
  /** Nobody got a publication that wanted an answer. */
  onNoResponders(subject: string, reply: string): void;
}

/** Gives a publication to everybody who wants it, and tells a requester when that is nobody. */
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

/** A member of a queue group, drawn by chance; the next one if that one can't take it. */
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

/** Gives one subscription the message; 0 when it doesn't get it. */
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
