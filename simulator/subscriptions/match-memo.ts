import type { Publication } from "../protocol/publication.ts";
import type { Account } from "./account.ts";
import type { Match } from "./sublist.ts";
import type { Subscription } from "./subscription.ts";

const NOBODY: Match<Subscription> = { plain: [], groups: [] };

/** The last subject a client published to and who wanted it: publishers repeat themselves. */
export class MatchMemo {
  subject = "";
  match: Match<Subscription> = NOBODY;
  #bytes: Buffer = Buffer.alloc(0);
  #sublist: object | undefined;
  #generation = -1;

  /** Looks the publication's subject up; costs a comparison of bytes when it hasn't changed. */
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
