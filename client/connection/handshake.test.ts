import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_INFO_BYTES } from "../faults/line-reader.ts";
import { HandshakeReader } from "./handshake.ts";

function readerOf(...frames: string[]): HandshakeReader {
  const reader = new HandshakeReader();
  for (const frame of frames) reader.read(new TextEncoder().encode(frame));
  return reader;
}

describe("HandshakeReader", () => {
  const text = 'INFO {"server_id":"x"}\r\n-ERR \'Authorization Violation\'\r\n';

  test("finds INFO and -ERR however they are split over frames", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const reader = readerOf(...at.slice(1).map((end, i) => text.slice(at[i], end)));
        expect(reader.infoReceived).toBe(true);
        expect(reader.errText).toBe("Authorization Violation");
        expect(reader.nonNatsBytes).toBeUndefined();
      }),
    );
  });

  test("an incomplete INFO is neither received nor taken for another protocol", () => {
    const reader = readerOf("INF", 'O {"server');
    expect(reader.infoReceived).toBe(false);
    expect(reader.nonNatsBytes).toBeUndefined();
  });

  test("the nonce comes from a complete and valid INFO that has one", () => {
    expect(readerOf('INFO {"nonce":"abc"}\r\n').nonce).toBe("abc");
    expect(readerOf("INFO {}\r\n").nonce).toBeUndefined();
    expect(readerOf("INFO {\r\n").nonce).toBeUndefined();
    expect(readerOf('INFO {"nonce":"abc"}').nonce).toBeUndefined();
  });

  test("an -ERR before INFO is found", () => {
    expect(readerOf("-ERR 'maximum connections exceeded'\r\n").errText).toBe("maximum connections exceeded");
  });

  test("-ERR in the text of INFO is no error", () => {
    expect(readerOf('INFO {"name":"-ERR x"}\r\n').errText).toBeUndefined();
  });

  test("bytes of another protocol are quoted, printable and cut to 64 characters", () => {
    expect(readerOf("SSH-2.0-OpenSSH_9\r\n").nonNatsBytes).toBe("SSH-2.0-OpenSSH_9");
    expect(readerOf(`<${"x".repeat(200)}`).nonNatsBytes).toHaveLength(64);
  });

  test("bytes that aren't NATS are found after INFO too", () => {
    expect(readerOf("INFO {}\r\nPO", "NG\r\nHTTP/1.1 400\r\n").nonNatsBytes).toBe("HTTP/1.1 400");
    expect(readerOf("INFO {}\r\n\u0000\u0001").nonNatsBytes).toBe("··");
    expect(readerOf("INFO {}\r\n+OK\r\nPONG\r\nPING\r\n-E").nonNatsBytes).toBeUndefined();
  });

  test("an INFO that never ends, or isn't JSON, isn't NATS", () => {
    expect(readerOf("INFO {", "a".repeat(MAX_INFO_BYTES)).nonNatsBytes).toMatch(/^INFO \{a+$/);
    expect(readerOf("INFO <html>\r\n").nonNatsBytes).toBe("INFO <html>");
  });
});
