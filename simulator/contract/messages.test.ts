import { holdToRules } from "./support/rules.ts";

const BLOCK = "NATS/1.0\r\nBar: Baz\r\n\r\n";
const UNKNOWN = "-ERR 'Unknown Protocol Operation'\r\n";

holdToRules("PUB and MSG", [
  {
    rule: "a publication reaches a subscription of its subject",
    sends: "SUB foo 1\r\nPUB foo 5\r\nhello\r\n",
    receives: "MSG foo 1 5\r\nhello\r\n",
    leaves: "open",
  },
  {
    rule: "the reply subject is delivered too",
    sends: "SUB foo 1\r\nPUB foo bar 2\r\nhi\r\n",
    receives: "MSG foo 1 bar 2\r\nhi\r\n",
    leaves: "open",
  },
  {
    rule: "an empty payload is a message",
    sends: "SUB foo 1\r\nPUB foo 0\r\n\r\n",
    receives: "MSG foo 1 0\r\n\r\n",
    leaves: "open",
  },
  {
    rule: "a payload may hold CRLF and NUL",
    sends: "SUB foo 1\r\nPUB foo 6\r\na\r\n\0\r\n\r\n",
    receives: "MSG foo 1 6\r\na\r\n\0\r\n\r\n",
    leaves: "open",
  },
  {
    rule: "a payload may be split anywhere",
    sends: ["SUB foo 1\r\nPUB foo 5\r", "\nhe", "ll", "o", "\r", "\n"],
    receives: "MSG foo 1 5\r\nhello\r\n",
    leaves: "open",
  },
  {
    rule: "the size goes out as it came in, leading zeroes and all",
    sends: "SUB foo 1\r\nPUB foo 0005\r\nhello\r\n",
    receives: "MSG foo 1 0005\r\nhello\r\n",
    leaves: "open",
  },
  {
    rule: "a control line that ended with LF leaves with CRLF",
    sends: "SUB foo 1\r\nPUB foo 5\nhello\r\n",
    receives: "MSG foo 1 5\r\nhello\r\n",
    leaves: "open",
  },
  {
    rule: "a payload longer than its size is refused",
    sends: "PUB foo 1\r\nxy\r\n",
    receives: UNKNOWN,
    leaves: "closed",
  },
  {
    rule: "a payload that doesn't end with CR is refused as soon as it is seen",
    sends: "PUB foo 1\r\nxy",
    receives: UNKNOWN,
    leaves: "closed",
  },
  {
    rule: "a PUB without a size ends the connection without an answer",
    sends: "PUB foo\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a PUB without arguments ends the connection without an answer",
    sends: "PUB \r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a PUB with four arguments ends the connection without an answer",
    sends: "PUB a b c 1\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a negative size ends the connection without an answer",
    sends: "PUB foo -1\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a size that is no number ends the connection without an answer",
    sends: "PUB foo abc\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a size of fourteen digits ends the connection without an answer",
    sends: "PUB foo 99999999999999\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a size above max_payload is refused before the payload",
    sends: "PUB foo 1048577\r\n",
    receives: "-ERR 'Maximum Payload Violation'\r\n",
    leaves: "closed",
  },
  {
    rule: "a publication to a wildcard subject reaches subscriptions that cover it",
    sends: "SUB > 1\r\nSUB foo.bar 2\r\nPUB foo.* 1\r\nx\r\n",
    receives: "MSG foo.* 1 1\r\nx\r\n",
    leaves: "open",
  },
  {
    rule: "a publication to a subject with an empty token reaches nobody",
    sends: "SUB > 1\r\nPUB foo..bar 1\r\nx\r\nPUB .foo 1\r\nx\r\nPUB foo. 1\r\nx\r\n",
    receives: "",
    leaves: "open",
  },
  {
    rule: "a subject that isn't UTF-8 leaves as it came",
    sends: "SUB fo\u00ff 1\r\nPUB fo\u00ff 1\r\nx\r\n",
    receives: "MSG fo\u00ff 1 1\r\nx\r\n",
    leaves: "open",
  },
  {
    rule: "subjects are case-sensitive",
    sends: "SUB foo 1\r\nPUB FOO 1\r\nx\r\n",
    receives: "",
    leaves: "open",
  },
  {
    rule: "a large payload arrives whole",
    sends: `SUB foo 1\r\nPUB foo 100000\r\n${"x".repeat(100_000)}\r\n`,
    receives: `MSG foo 1 100000\r\n${"x".repeat(100_000)}\r\n`,
    leaves: "open",
  },
]);

holdToRules("no responders", [
  {
    rule: "a request without responders is answered 503",
    sends: "SUB inbox.1 7\r\nPUB foo inbox.1 1\r\nx\r\n",
    receives: "HMSG inbox.1 7 35 35\r\nNATS/1.0 503\r\nNats-Subject: foo\r\n\r\n\r\n",
    leaves: "open",
    differs: { "nats-server 2.9.10": "HMSG inbox.1 7 16 16\r\nNATS/1.0 503\r\n\r\n\r\n" },
  },
  {
    rule: "the answer reaches a wildcard inbox",
    sends: "SUB inbox.* 7\r\nPUB foo inbox.9 1\r\nx\r\n",
    receives: "HMSG inbox.9 7 35 35\r\nNATS/1.0 503\r\nNats-Subject: foo\r\n\r\n\r\n",
    leaves: "open",
    differs: { "nats-server 2.9.10": "HMSG inbox.9 7 16 16\r\nNATS/1.0 503\r\n\r\n\r\n" },
  },
  {
    rule: "a queue subscription of the reply subject gets no 503",
    sends: "SUB inbox.* q 7\r\nPUB foo inbox.9 1\r\nx\r\n",
    receives: "",
    leaves: "open",
  },
  {
    rule: "without a subscription for the reply nothing is answered",
    sends: "PUB foo inbox.1 1\r\nx\r\n",
    receives: "",
    leaves: "open",
  },
  {
    rule: "without no_responders nothing is answered",
    sends: "SUB inbox.1 7\r\nPUB foo inbox.1 1\r\nx\r\n",
    receives: "",
    leaves: "open",
    connect: { no_responders: false },
  },
  {
    rule: "without a reply nothing is answered",
    sends: "SUB inbox.1 7\r\nPUB foo 1\r\nx\r\n",
    receives: "",
    leaves: "open",
  },
  {
    rule: "a request with a responder isn't answered by the server",
    sends: "SUB foo 1\r\nSUB inbox.1 7\r\nPUB foo inbox.1 1\r\nx\r\n",
    receives: "MSG foo 1 inbox.1 1\r\nx\r\n",
    leaves: "open",
  },
  {
    rule: "JetStream's API has no responders on a server without JetStream",
    sends: "SUB i.1 1\r\nPUB $JS.API.INFO i.1 0\r\n\r\n",
    receives: "HMSG i.1 1 44 44\r\nNATS/1.0 503\r\nNats-Subject: $JS.API.INFO\r\n\r\n\r\n",
    leaves: "open",
    differs: { "nats-server 2.9.10": "HMSG i.1 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n" },
  },
  {
    rule: "with echo off, the client's own subscription is no responder",
    sends: "SUB foo 1\r\nSUB i.1 7\r\nPUB foo i.1 1\r\nx\r\n",
    receives: "HMSG i.1 7 35 35\r\nNATS/1.0 503\r\nNats-Subject: foo\r\n\r\n\r\n",
    leaves: "open",
    connect: { echo: false },
    differs: { "nats-server 2.9.10": "HMSG i.1 7 16 16\r\nNATS/1.0 503\r\n\r\n\r\n" },
  },
]);

holdToRules("HPUB and HMSG", [
  {
    rule: "the header block is delivered with both sizes",
    sends: `SUB foo 1\r\nHPUB foo 22 25\r\n${BLOCK}abc\r\n`,
    receives: `HMSG foo 1 22 25\r\n${BLOCK}abc\r\n`,
    leaves: "open",
  },
  {
    rule: "a reply subject stands before the sizes",
    sends: `SUB foo 1\r\nHPUB foo rep 22 25\r\n${BLOCK}abc\r\n`,
    receives: `HMSG foo 1 rep 22 25\r\n${BLOCK}abc\r\n`,
    leaves: "open",
  },
  {
    rule: "headers without a payload are a message",
    sends: `SUB foo 1\r\nHPUB foo 22 22\r\n${BLOCK}\r\n`,
    receives: `HMSG foo 1 22 22\r\n${BLOCK}\r\n`,
    leaves: "open",
  },
  {
    rule: "the header block isn't parsed",
    sends: "SUB foo 1\r\nHPUB foo 3 4\r\nabcd\r\n",
    receives: "HMSG foo 1 3 4\r\nabcd\r\n",
    leaves: "open",
  },
  {
    rule: "blanks between the sizes leave as one",
    sends: `SUB foo 1\r\nHPUB  foo  22   25\r\n${BLOCK}abc\r\n`,
    receives: `HMSG foo 1 22 25\r\n${BLOCK}abc\r\n`,
    leaves: "open",
  },
  {
    rule: "a header block larger than the message ends the connection without an answer",
    sends: "HPUB foo 30 25\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a negative header size ends the connection without an answer",
    sends: "HPUB foo -1 25\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "one size alone ends the connection without an answer",
    sends: "HPUB foo 25\r\n",
    receives: "",
    leaves: "closed",
  },
  {
    rule: "a client that didn't ask for headers may not send them",
    sends: `HPUB foo 22 25\r\n${BLOCK}abc\r\n`,
    receives: "",
    leaves: "closed",
    connect: { headers: false, no_responders: false },
  },
  {
    rule: "HPUB above max_payload is refused",
    sends: "HPUB foo 12 1048577\r\n",
    receives: "-ERR 'Maximum Payload Violation'\r\n",
    leaves: "closed",
  },
]);
