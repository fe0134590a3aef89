/** Verbs that a client may send (NATS client protocol, nats-server's parser). */
export type Verb = "CONNECT" | "PING" | "PONG" | "SUB" | "UNSUB" | "PUB" | "HPUB" | "INFO" | "+OK" | "-ERR";

/** What must come between the verb and its arguments. */
type Separator =
  /** A space or tab must follow, otherwise the verb is unknown. */
  | "required"
  /** Arguments may follow directly: `CONNECT{}` is accepted. */
  | "optional"
  /** The rest of the line is ignored: `PINGxyz` is a PING. */
  | "ignored";

interface KnownVerb {
  readonly verb: Verb;
  /** Upper case ASCII. */
  readonly bytes: Buffer;
  readonly separator: Separator;
}

function known(verb: Verb, separator: Separator): KnownVerb {
  return { verb, bytes: Buffer.from(verb, "latin1"), separator };
}

const VERBS: readonly KnownVerb[] = [
  known("PUB", "required"),
  known("HPUB", "required"),
  known("PING", "ignored"),
  known("PONG", "ignored"),
  known("SUB", "required"),
  known("UNSUB", "required"),
  known("CONNECT", "optional"),
  known("INFO", "optional"),
  known("+OK", "ignored"),
  known("-ERR", "required"),
];

const SPACE = 0x20;
const TAB = 0x09;

/** Upper case for ASCII letters; `+` and `-` stay as they are. */
function upper(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}

/**
 * Recognises the verb at `start`; verbs match in either case, as in nats-server.
 * @returns `partial` when more bytes are needed to decide
 */
export function recognise(bytes: Buffer, start: number): KnownVerb | "partial" | "unknown" {
  for (const found of VERBS) {
    const { bytes: wanted, separator } = found;
    const available = Math.min(wanted.length, bytes.length - start);
    let same = 0;
    while (same < available && upper(bytes[start + same] as number) === wanted[same]) same++;
    if (same < available) continue;
    if (available < wanted.length) return "partial";
    if (separator !== "required") return found;
    const next = start + wanted.length;
    if (next >= bytes.length) return "partial";
    return bytes[next] === SPACE || bytes[next] === TAB ? found : "unknown";
  }
  return "unknown";
}
