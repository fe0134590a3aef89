import { afterEach, expect, test, vi } from "vitest";
import { onSized } from "./width.ts";

afterEach(() => vi.unstubAllGlobals());

test("all resized boxes are measured before any of them is changed", () => {
  let resize: (sized: readonly { readonly target: Element }[]) => void = () => {};
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(tell: typeof resize) {
        resize = tell;
      }
      observe(): void {}
      unobserve(): void {}
    },
  );
  const done: string[] = [];
  const box = (name: string) => {
    const target = {} as Element;
    const end = onSized(target, () => {
      done.push(`${name} measured`);
      return () => {
        done.push(`${name} changed`);
      };
    });
    return { target, end };
  };
  const [one, other] = [box("one"), box("other")];
  expect(done).toEqual(["one measured", "one changed", "other measured", "other changed"]);
  done.length = 0;
  resize([one, other]);
  expect(done).toEqual(["one measured", "other measured", "one changed", "other changed"]);
  done.length = 0;
  one.end();
  resize([one, other]);
  expect(done).toEqual(["other measured", "other changed"]);
});
