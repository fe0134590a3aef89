import type { Publication } from "../protocol/publication.ts";
import type { Account } from "./account.ts";
import type { Match } from "./sublist.ts";
import type { Subscription } from "./subscription.ts";

const NOBODY: Match<Subscription> = { plain: [], groups: [] };

/** Caches the subscriptions for a publisher's last subject, because publishers mostly repeat subjects. */
export class MatchMemo {
  subject = "";
  match: Match<Subscription> = NOBODY;
  #bytes: Buffer = Buffer.alloc(0);
  #sublist: object | undefined;
  #generation = -1;

  /** Looks up the publication's subject; for a repeated subject this only compares bytes. */
  update({ sublist }: Account, publication: Publication): void {
    const isSame = this.#isSameSubject(publication);
    if (isSame && this.#generation === sublist.generation && this.#sublist === sublist) return;
    if (!isSame) {
      this.subject = publication.subject;
      this.#bytes = Buffer.from(publication.bytes.subarray(publication.subjectStart, publication.subjectEnd));
    }
    this.match = sublist.match(this.subject);
    this.#sublist = sublist;
    this.#generation = sublist.generation;
  }

  #isSameSubject(publication: Publication): boolean {
    const known = this.#bytes;
    const { bytes, subjectStart } = publication;
    const length = publication.subjectEnd - subjectStart;
    if (known.length !== length || length === 0) return false;
    for (let at = 0; at < length; at++) {
      if (known[at] !== bytes[subjectStart + at]) return false;
    }
    return true;
  }
}
