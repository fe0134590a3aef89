import fc from "fast-check";

const token = fc.constantFrom(..."foo bar a * > a.b a.*.c foo. .. $SYS.x _INBOX.1 \u00ff 1".split(" "), "");
const blank = fc.constantFrom(" ", " ", " ", "  ", "\t", "");
const end = fc.constantFrom("\r\n", "\r\n", "\r\n", "\n", "\r", "");
const size = fc.constantFrom("0", "1", "3", "3", "03", "12", "-1", "x", "", "1048577", "99999999999");
const verb = fc.constantFrom(
  ..."PING PONG SUB UNSUB PUB HPUB pub Sub +OK -ERR INFO MSG CONNECT PIN X".split(" "),
  "",
);
const body = fc.constantFrom("", "a", "abc", "abc\r\n", "\r\n", "NATS/1.0\r\n\r\n");

/** Valid commands, so that a stream gets past its first bytes. */
const valid = fc.constantFrom(
  "PING\r\n",
  "PONG\r\n",
  "SUB foo 1\r\n",
  "SUB a.* q 2\r\n",
  "SUB > 3\r\n",
  "UNSUB 1\r\n",
  "UNSUB 3 2\r\n",
  "PUB foo 3\r\nabc\r\n",
  "PUB a.b foo 0\r\n\r\n",
  "HPUB foo 12 15\r\nNATS/1.0\r\n\r\nabc\r\n",
  "+OK\r\n",
);

/** Random combinations of a command's parts: mostly invalid. */
const random = fc
  .tuple(verb, blank, token, blank, fc.option(token, { nil: "" }), blank, size, end, body, end)
  .map((parts) => parts.join(""));

const noise = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));

/** A client's bytes after its CONNECT, one character per byte: valid commands, random ones, and noise. */
export const stream: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: valid },
      { weight: 3, arbitrary: random },
      { weight: 1, arbitrary: noise },
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((commands) => commands.join(""));

/** Positions at which a stream is split, as shares of its length. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  maxLength: 6,
});

/** Splits the bytes at the given shares of their length. */
export function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const places = [0, ...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((place, index) => Buffer.from(bytes.subarray(places[index], place)));
}
