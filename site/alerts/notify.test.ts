import { expect, onTestFinished, test, vi } from "vitest";
import { feedOf } from "../testing.ts";
import { chooseSound, notify } from "./notify.ts";

/** Sets how loud a tone is. */
class Gain {
  readonly gain = { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} };
  connect() {}
}

test("alerts that begin together ring once, and what begins after the bell has rung rings anew", async () => {
  let tones = 0;
  class Tone {
    connect = (to: unknown) => to;
    start = () => {
      tones += 1;
    };
    stop = () => {};
  }
  class Bell {
    readonly currentTime = 0;
    resume = async () => {};
  }
  vi.stubGlobal("AudioContext", Bell);
  vi.stubGlobal("OscillatorNode", Tone);
  vi.stubGlobal("GainNode", Gain);
  vi.useFakeTimers();
  onTestFinished(() => {
    chooseSound(false);
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const rule = { quietSeconds: 5 };
  const begin = () => notify({ feed: feedOf("a"), alert: { rule, beganAtMs: 0, endedAtMs: null, of: null } });
  chooseSound(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(tones).toBe(2);
  for (let alert = 0; alert < 20; alert += 1) begin();
  await vi.advanceTimersByTimeAsync(999);
  begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(tones).toBe(4);
  await vi.advanceTimersByTimeAsync(1);
  begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(tones).toBe(6);
});
