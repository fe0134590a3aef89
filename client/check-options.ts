import { checkHeaders } from "./connection/native-message.ts";
import {
  type ClientOptions,
  checkType,
  DEFAULT_TUNABLES,
  type MessagesOptions,
  type PublishOptions,
  type RequestOptions,
  type SubscribeOptions,
  type Tunables,
} from "./options.ts";
import type { History, StreamSource } from "./sequence/port.ts";
import { checkPublishSubject, checkSubscribeSubject, checkText } from "./subject.ts";

/** The server requires four-digit years; times beyond these limits are usually in another unit. */
const [EARLIEST_MS, LATEST_MS] = [-6e13, 2.5e14];

/** For each option its type (several joined by " or "), or a function that throws if the value is wrong. */
type Rules<Name extends string = string> = Readonly<
  Record<Name, string | ((value: never, name: string) => unknown)>
>;

const numbersOf = (defaults: object): Rules =>
  Object.fromEntries(Object.keys(defaults).map((name) => [name, "number"]));

const TUNABLES = {
  ...numbersOf(DEFAULT_TUNABLES),
  reconnect: (reconnect: object): void => checkOptions("reconnect", reconnect),
};
const LISTEN = { queue: checkText, signal: "AbortSignal", stream: checkStream };

/** The rules of the options of each call, and of nested options. */
const RULES = {
  MyceliumClient: {
    servers: "Array",
    followCluster: "boolean",
    credentials: "function",
    investigate: "function",
    outboxLimit: from(0, "a whole number"),
    name: checkName,
    clock: "Object",
    random: "function",
    webSocket: "function",
    ...TUNABLES,
  } satisfies Rules<Exclude<keyof ClientOptions, keyof Tunables>>,
  configure: TUNABLES,
  reconnect: numbersOf(DEFAULT_TUNABLES.reconnect),
  subscribe: { ...LISTEN, name: "string" } satisfies Rules<keyof SubscribeOptions>,
  messages: { ...LISTEN, limit: from(1, "a whole number") } satisfies Rules<keyof MessagesOptions>,
  stream: {
    name: "string",
    history: checkHistory,
    republished: checkSubscribeSubject,
    directGet: checkPublishSubject,
  } satisfies Rules<keyof StreamSource>,
  publish: { headers: checkHeaders, reply: checkPublishSubject } satisfies Rules<keyof PublishOptions>,
  request: {
    headers: checkHeaders,
    timeoutMs: from(1, "milliseconds"),
    signal: "AbortSignal",
  } satisfies Rules<keyof RequestOptions>,
};

/**
 * Rejects unknown options, as a misspelt one would otherwise be ignored silently, and wrong values.
 * @throws TypeError or RangeError that names the option and how to fix it
 */
export function checkOptions(call: keyof typeof RULES, options: object): void {
  checkType(`the options of ${call}`, options, "Object");
  const rules: Rules = RULES[call];
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(rules, name));
  if (unknown !== undefined)
    throw new TypeError(`${call} has no option "${unknown}": use some of ${Object.keys(rules).join(", ")}`);
  for (const [name, rule] of Object.entries(rules)) {
    const value = options[name as keyof typeof options];
    if (value === undefined) continue;
    if (typeof rule === "string") checkType(name, value, rule);
    else rule(value, name);
  }
}

/** A rule for numbers of at least `least`. */
function from(least: number, what: "a whole number" | "milliseconds") {
  return (value: number, name: string): void => {
    checkType(name, value, "number");
    if (!(value >= least) || (what === "a whole number" && !Number.isInteger(value)))
      throw new RangeError(`${name} is ${value}: use ${what} of at least ${least}`);
  };
}

/** Checks the client's name: CONNECT has a maximum length, most of which a token may need. */
function checkName(name: string, option: string): void {
  checkType(option, name, "string");
  if (name.length > 256) throw new RangeError(`${option} is too long: use at most 256 characters`);
}

/** Expands a stream's name to a source. */
export function sourceOf(stream: string | StreamSource): StreamSource {
  return typeof stream === "string" ? { name: stream } : stream;
}

function checkStream(stream: string | StreamSource): void {
  checkType("stream", stream, "string or Object");
  const source = sourceOf(stream);
  checkOptions("stream", source);
  // The name becomes a token of JetStream's API subjects.
  if (/[.*>/\\]/.test(checkText(source.name, "stream name")))
    throw new TypeError(`stream name "${source.name}" has a character that isn't allowed: remove . * > / \\`);
}

function checkHistory(history: History): void {
  checkType("history", history, "Object");
  const [[name, value] = ["last", undefined], ...others] = Object.entries(history);
  const isOne =
    (name === "lastPerSubject" && value === true) ||
    (name === "last" && Number.isInteger(value) && value >= 1) ||
    (name === "sinceMs" && Number.isFinite(value) && value > EARLIEST_MS && value < LATEST_MS);
  if (!isOne || others.length > 0)
    throw new RangeError(
      `history.${name} is ${value}: use one of last (1 or more), sinceMs (epoch milliseconds), lastPerSubject: true`,
    );
}
