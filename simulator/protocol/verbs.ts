/** What a client may begin a command with (NATS client protocol, nats-server's parser). */
export type Verb = "CONNECT" | "PING" | "PONG" | "SUB" | "UNSUB" | "PUB" | "HPUB" | "INFO" | "+OK" | "-ERR";

/** What must come between the verb and its arguments. */
type Separator =
  /** A space or a tab, else the verb is unknown. */
  | "required"
  /** The arguments may touch the verb: `CONNECT{}` is accepted. */
  | "optional"
  /** Whatever stands before the line's end is ignored: `PINGxyz` is a PING. */
  | "ignored";

interface VerbShape {
  readonly verb: Verb;
  /** Upper case ASCII. */
  readonly bytes: Buffer;
  readonly separator: Separator;
}

function shape(verb: Verb, separator: Separator): VerbShape {
  return { verb, bytes: Buffer.from(verb, "latin1"), separator };
}

const SHAPES: readonly VerbShape[] = [
  shape("PUB", "required"),
  shape("HPUB", "required"),
  shape("PING", "ignored"),
  shape("PONG", "ignored"),
  shape("SUB", "required"),
  shape("UNSUB", "required"),
  shape("CONNECT", "optional"),
  shape("INFO", "optional"),
  shape("+OK", "ignored"),
  shape("-ERR", "required"),
];

/** What the first bytes of a command say. */
export type Recognised =
  | { readonly kind: "verb"; readonly verb: Verb; readonly length: number }
  /** It may still become a verb when more bytes come. */
  | { readonly kind: "partial" }
  | { readonly kind: "unknown" };

const PARTIAL: Recognised = { kind: "partial" };
const UNKNOWN: Recognised = { kind: "unknown" };
const KNOWN = new Map<Verb, Recognised>(
  SHAPES.map(({ verb, bytes }) => [verb, { kind: "verb", verb, length: bytes.length }]),
);

const SPACE = 0x20;
const TAB = 0x09;

/** Upper case for ASCII letters; `+` and `-` stay as they are. */
function upper(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}

/** Looks at the bytes from `start` on; verbs match in either case, as in nats-server. */
export function recognise(bytes: Buffer, start: number, end: number): Recognised {
  for (const { verb, bytes: wanted, separator } of SHAPES) {
    const available = Math.min(wanted.length, end - start);
    let same = 0;
    while (same < available && upper(bytes[start + same] as number) === wanted[same]) same++;
    if (same < available) continue;
    if (available < wanted.length) return PARTIAL;
    if (separator !== "required") return KNOWN.get(verb) ?? UNKNOWN;
    const next = start + wanted.length;
    if (next >= end) return PARTIAL;
    if (bytes[next] === SPACE || bytes[next] === TAB) return KNOWN.get(verb) ?? UNKNOWN;
    return UNKNOWN;
  }
  return UNKNOWN;
}
