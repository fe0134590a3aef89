import { expect, test } from "vitest";
import { type Block, parseConfig, type Value } from "./syntax.ts";

/** A block without line numbers. */
function plain(value: Value): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, one]) => [name, plain(one.value)]));
  if (Array.isArray(value)) return value.map((one: { value: Value }) => plain(one.value));
  return value;
}

const read = (text: string, environment: Record<string, string> = {}): unknown =>
  plain(parseConfig(text, environment) as Block);

test.each([
  ["port: 4222", { port: 4222 }],
  ["port = 4222", { port: 4222 }],
  ["port 4222", { port: 4222 }],
  ["port: -1", { port: -1 }],
  ["a: 1, b: 2; c: 3\nd: 4", { a: 1, b: 2, c: 3, d: 4 }],
  ["# comment\na: 1 // another\n", { a: 1 }],
  ["a: true\nb: off\nc: YES", { a: true, b: false, c: true }],
  ["a: 64KB\nb: 1mb\nc: 2K\nd: 1Gi", { a: 65_536, b: 1_048_576, c: 2000, d: 1_073_741_824 }],
  ["a: 2s\nb: 1m30s", { a: "2s", b: "1m30s" }],
  ["a: 5constructor", { a: "5constructor" }],
  [`a: "x \\"y\\" \\n"\nb: 'it \\n'`, { a: 'x "y" \n', b: "it \\n" }],
  ["listen: 127.0.0.1:4222", { listen: "127.0.0.1:4222" }],
  ["url: nats://a:b@host:4222/x", { url: "nats://a:b@host:4222/x" }],
  ["a { b { c: 1 } }", { a: { b: { c: 1 } } }],
  ["a: { b: 1 }\nc = [1, 2\n3]", { a: { b: 1 }, c: [1, 2, 3] }],
  [
    "users = [ {user: a, password: b}\n {user: c} ]",
    { users: [{ user: "a", password: "b" }, { user: "c" }] },
  ],
  ["subjects: [foo.*, bar.>]", { subjects: ["foo.*", "bar.>"] }],
  ["jwt: (\neyJhbGci\n)\n", { jwt: "eyJhbGci" }],
  [
    '{"port": 4222, "websocket": {"no_tls": true}, "list": ["a", "b"]}',
    { port: 4222, websocket: { no_tls: true }, list: ["a", "b"] },
  ],
  ["X: secret\ntoken: $X", { X: "secret", token: "secret" }],
  ["a: 1\nb { c: $a }", { a: 1, b: { c: 1 } }],
  ["", {}],
])("reads %j", (text, wanted) => {
  expect(read(text)).toEqual(wanted);
});

test("a variable may come from the environment", () => {
  expect(read("port: $PORT", { PORT: "4333" })).toEqual({ port: 4333 });
});

test.each([
  ["a {\n b: 1", "Parse error on line 2: 'a { has no }"],
  ["a: [1, 2", "Parse error on line 1: 'a [ has no ]"],
  ['a: "open', "Parse error on line 1: 'a \" is not closed"],
  ["a:\n", "Parse error on line 2: 'a has no value"],
  ["a: $NOWHERE", "Parse error on line 1: '$NOWHERE is set neither in the file nor in the environment"],
  ["}", "Parse error on line 1: 'unexpected }"],
  ["include other.conf", "Parse error on line 1: 'include is not supported: put the settings into one file"],
])("refuses %j with the line and the reason", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
