import { Arguments } from "./arguments.ts";
import type { CloseReasonName } from "./close-reasons.ts";
import { ERRORS } from "./errors.ts";
import { Publication } from "./publication.ts";
import { recognise, type Verb } from "./verbs.ts";

/** A protocol error: the text of the `-ERR` and the close reason. */
export interface ParserFault {
  /** Empty when nats-server closes without an `-ERR`. */
  readonly error: string;
  readonly reason: CloseReasonName;
}

const FAULTS = {
  /** Bytes that don't begin a command, or a payload that doesn't end with CRLF. */
  unknownOperation: { error: ERRORS.unknownOperation, reason: "protocolViolation" },
  /** A known command with invalid arguments. */
  badArguments: { error: "", reason: "protocolViolation" },
  controlLineTooLong: { error: ERRORS.maxControlLine, reason: "maxControlLineExceeded" },
  payloadTooLarge: { error: ERRORS.maxPayload, reason: "maxPayloadExceeded" },
  /** A command before CONNECT, when authentication is required. */
  unauthenticated: { error: ERRORS.authorization, reason: "authenticationViolation" },
} satisfies Record<string, ParserFault>;

/** Whether the parser continues after a command. */
export type Verdict = "continue" | "stop";

/** Handlers of the commands. Buffers and the publication are only valid during the call. */
export interface CommandHandler {
  /** `CONNECT {…}`: the bytes after the verb. */
  onConnect(json: string): Verdict;
  onPing(): Verdict;
  onPong(): Verdict;
  onSub(subject: string, queue: string | undefined, sid: string): Verdict;
  /** `max` is 0 for "now"; otherwise the subscription ends after that many messages in total. */
  onUnsub(sid: string, max: number): Verdict;
  /** The control line of a PUB or HPUB, whose payload may be incomplete or invalid. */
  onPublicationLine(publication: Publication): void;
  onPublication(publication: Publication): Verdict;
  /** `-ERR` from a client: nats-server closes. */
  onPeerError(): Verdict;
  /** A protocol error, after which nothing is parsed. */
  onFault(fault: ParserFault): void;
}

/** Limits and state of the connection that the parser needs. */
export interface ParserLimits {
  /** Longest control line, bytes, without verb and line end. */
  maxControlLineBytes: number;
  /** Largest sum of header block and payload, bytes. */
  maxPayloadBytes: number;
  /** Whether commands are allowed before CONNECT. */
  admission: "open" | "awaiting-connect";
  /** Whether HPUB is allowed: the client set `headers` in its CONNECT. */
  headers: "supported" | "unsupported";
}

const CR = 0x0d;
const LF = 0x0a;
const UPPER_C = 0x43;
const LOWER_C = 0x63;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Parses client commands from a byte stream that may be split anywhere. A command that lies
 * within one chunk is handled without a copy; others are assembled first.
 */
export class Parser {
  readonly #handler: CommandHandler;
  readonly #limits: ParserLimits;
  readonly #arguments = new Arguments();
  readonly #publication = new Publication();
  /** The beginning of an incomplete control line. */
  #line: Buffer = NOTHING;
  /** Buffer of an incomplete publication, of which `#filled` bytes have arrived. */
  #assembly: Buffer | undefined;
  #filled = 0;
  #verdict: Verdict = "continue";

  constructor(handler: CommandHandler, limits: ParserLimits) {
    this.#handler = handler;
    this.#limits = limits;
  }

  /** Parses the next bytes. After a fault, or a handler's "stop", they are ignored. */
  parse(chunk: Buffer): void {
    let at = 0;
    if (this.#assembly !== undefined) at = this.#fill(chunk, 0);
    else if (this.#line.length > 0) at = this.#completeLine(chunk);
    while (at < chunk.length && this.#verdict === "continue") at = this.#command(chunk, at);
  }

  /** Stops parsing; the rest of the current chunk is ignored. */
  stop(): void {
    this.#verdict = "stop";
    this.#line = NOTHING;
    this.#assembly = undefined;
  }

  /** Handles the command at `at`; returns where the next one begins. */
  #command(bytes: Buffer, at: number): number {
    if (this.#limits.admission === "awaiting-connect" && bytes[at] !== UPPER_C && bytes[at] !== LOWER_C) {
      return this.#fault("unauthenticated");
    }
    const found = recognise(bytes, at);
    if (found === "unknown") return this.#fault("unknownOperation");
    if (found === "partial") return this.#keepLine(bytes, at);
    const argumentsAt = at + found.bytes.length;
    const lineEnd = this.#arguments.split(bytes, argumentsAt);
    if (lineEnd < 0) {
      if (this.#isTooLong(argumentsAt, bytes.length)) return this.#fault("controlLineTooLong");
      return this.#keepLine(bytes, at);
    }
    return this.#dispatch(found.verb, bytes, at, argumentsAt, lineEnd);
  }

  #keepLine(bytes: Buffer, at: number): number {
    // Copied, so that a few bytes don't keep a large chunk in memory.
    this.#line = Buffer.from(bytes.subarray(at));
    return bytes.length;
  }

  /** Completes a line from an earlier chunk; returns where in `chunk` the next command begins. */
  #completeLine(chunk: Buffer): number {
    const begun = this.#line;
    this.#line = NOTHING;
    const lineEnd = chunk.indexOf(LF);
    const taken = lineEnd < 0 ? chunk.length : lineEnd + 1;
    const line = Buffer.concat([begun, chunk.subarray(0, taken)]);
    this.#command(line, 0);
    return this.#assembly === undefined ? taken : this.#fill(chunk, taken);
  }

  #dispatch(verb: Verb, bytes: Buffer, at: number, argumentsAt: number, lineEnd: number): number {
    if (verb === "PUB" || verb === "HPUB") return this.#publish(verb, bytes, at, argumentsAt, lineEnd);
    if (verb !== "PING" && verb !== "PONG" && verb !== "+OK" && this.#isTooLong(argumentsAt, lineEnd)) {
      return this.#fault("controlLineTooLong");
    }
    const outcome = this.#run(verb, bytes, argumentsAt, lineEnd);
    if (outcome === "bad-arguments") return this.#fault("badArguments");
    if (outcome === "stop") this.stop();
    return lineEnd + 1;
  }

  #run(verb: Verb, bytes: Buffer, argumentsAt: number, lineEnd: number): Verdict | "bad-arguments" {
    const handler = this.#handler;
    const args = this.#arguments;
    switch (verb) {
      case "PING":
        return handler.onPing();
      case "PONG":
        return handler.onPong();
      case "CONNECT":
        return handler.onConnect(bytes.toString("utf8", argumentsAt, lineEnd));
      case "SUB":
        if (args.count === 2) return handler.onSub(args.text(bytes, 0), undefined, args.text(bytes, 1));
        if (args.count !== 3) return "bad-arguments";
        return handler.onSub(args.text(bytes, 0), args.text(bytes, 1), args.text(bytes, 2));
      case "UNSUB":
        if (args.count === 1) return handler.onUnsub(args.text(bytes, 0), 0);
        if (args.count === 2) return handler.onUnsub(args.text(bytes, 0), Math.max(0, args.number(bytes, 1)));
        return "bad-arguments";
      case "-ERR":
        return handler.onPeerError();
      case "INFO":
        return isJsonObject(bytes.toString("utf8", argumentsAt, lineEnd)) ? "continue" : "bad-arguments";
      default:
        return "continue";
    }
  }

  #publish(verb: "PUB" | "HPUB", bytes: Buffer, at: number, argumentsAt: number, lineEnd: number): number {
    if (this.#isTooLong(argumentsAt, lineEnd)) return this.#fault("controlLineTooLong");
    if (!this.#readPublication(verb, bytes, lineEnd)) return this.#fault("badArguments");
    const publication = this.#publication;
    if (publication.size > this.#limits.maxPayloadBytes) return this.#fault("payloadTooLarge");
    this.#handler.onPublicationLine(publication);
    if (publication.end > bytes.length) return this.#assemble(bytes, at);
    const crAt = publication.end - 2;
    if (bytes[crAt] !== CR || bytes[crAt + 1] !== LF) return this.#fault("unknownOperation");
    if (this.#handler.onPublication(publication) === "stop") this.stop();
    return publication.end;
  }

  /** Reads subject, reply and sizes from the split line; false when they are invalid. */
  #readPublication(verb: "PUB" | "HPUB", bytes: Buffer, lineEnd: number): boolean {
    const args = this.#arguments;
    const publication = this.#publication;
    const sizes = verb === "HPUB" ? 2 : 1;
    const subjects = args.count - sizes;
    if (subjects < 1 || subjects > 2) return false;
    if (verb === "HPUB" && this.#limits.headers === "unsupported") return false;
    const size = args.number(bytes, args.count - 1);
    const headerSize = verb === "HPUB" ? args.number(bytes, args.count - 2) : 0;
    if (size < 0 || headerSize < 0 || headerSize > size) return false;
    publication.bytes = bytes;
    publication.subjectStart = args.start(0);
    publication.subjectEnd = args.end(0);
    publication.replyStart = subjects === 2 ? args.start(1) : 0;
    publication.replyEnd = subjects === 2 ? args.end(1) : 0;
    publication.headerSize = headerSize;
    publication.size = size;
    publication.sizesStart = args.start(args.count - (headerSize > 0 ? 2 : 1));
    publication.sizesEnd = args.end(args.count - 1);
    publication.bodyStart = lineEnd + 1;
    publication.end = lineEnd + 1 + size + 2;
    return true;
  }

  #assemble(bytes: Buffer, at: number): number {
    const publication = this.#publication;
    const assembly = Buffer.allocUnsafe(publication.end - at);
    publication.rebase(assembly, -at);
    this.#assembly = assembly;
    this.#filled = 0;
    return this.#fill(bytes, at);
  }

  /** Copies bytes of the incomplete publication; returns where in `chunk` the next command begins. */
  #fill(chunk: Buffer, at: number): number {
    const assembly = this.#assembly;
    if (assembly === undefined) return at;
    const taken = Math.min(assembly.length - this.#filled, chunk.length - at);
    chunk.copy(assembly, this.#filled, at, at + taken);
    this.#filled += taken;
    const crAt = assembly.length - 2;
    const endsWrong =
      (this.#filled > crAt && assembly[crAt] !== CR) ||
      (this.#filled > crAt + 1 && assembly[crAt + 1] !== LF);
    if (endsWrong) return this.#fault("unknownOperation");
    if (this.#filled === assembly.length) {
      this.#assembly = undefined;
      if (this.#handler.onPublication(this.#publication) === "stop") this.stop();
    }
    return at + taken;
  }

  /** @param argumentsAt the end of the verb; the blank behind it doesn't count */
  #isTooLong(argumentsAt: number, end: number): boolean {
    return end - argumentsAt - 1 > this.#limits.maxControlLineBytes;
  }

  /** Stops parsing and reports a fault. The returned offset is never used. */
  #fault(fault: keyof typeof FAULTS): number {
    this.stop();
    this.#handler.onFault(FAULTS[fault]);
    return 0;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
