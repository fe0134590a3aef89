import { hook } from "../../support/page/dashboard.ts";
import { until } from "../../support/tools/until.ts";

/** The keys that a visitor presses, in the form of Chromium's input protocol. */
const KEYS = {
  a: { code: "KeyA", windowsVirtualKeyCode: 65, text: "a" },
  e: { code: "KeyE", windowsVirtualKeyCode: 69, text: "e" },
  Backspace: { code: "Backspace", windowsVirtualKeyCode: 8 },
  ArrowDown: { code: "ArrowDown", windowsVirtualKeyCode: 40 },
  ArrowUp: { code: "ArrowUp", windowsVirtualKeyCode: 38 },
} as const;

/** A key that a visitor can press. */
export type Key = keyof typeof KEYS;

interface ProtocolMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A handle to an object in the page, with callable methods. */
export interface Remote<Methods> {
  call<Name extends keyof Methods & string>(name: Name): Promise<Methods[Name]>;
}

/**
 * A tab without Playwright, which (like similar drivers) makes Chromium report each WebSocket frame: several times the
 * work of showing it. This class enables only what it needs (Chrome DevTools Protocol,
 * https://chromedevtools.github.io/devtools-protocol/).
 */
export class Tab {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: ProtocolMessage) => void>();
  readonly #complaints: string[] = [];
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) =>
      this.#onMessage(JSON.parse(String(data)) as ProtocolMessage),
    );
  }

  /** Opens a URL in a new tab of the Chromium with a debugging port. */
  static async open(debuggingPort: number, url: string): Promise<Tab> {
    const made = await fetch(
      `http://127.0.0.1:${debuggingPort}/json/new?${encodeURIComponent("about:blank")}`,
      {
        method: "PUT",
      },
    );
    const { webSocketDebuggerUrl } = (await made.json()) as { webSocketDebuggerUrl: string };
    const socket = new WebSocket(webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("can't connect to Chromium's tab")));
    });
    const tab = new Tab(socket);
    for (const domain of ["Runtime", "Log", "Page"]) await tab.send(`${domain}.enable`);
    await tab.send("Emulation.setDeviceMetricsOverride", {
      width: 1280,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await tab.send("Page.navigate", { url });
    return tab;
  }

  /** Console warnings and errors, and uncaught errors, in order. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Sends a command of the DevTools protocol. */
  async send<T>(method: string, params: object = {}): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<ProtocolMessage>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** Calls a function in the page; its argument and result are JSON. */
  async evaluate<Argument, T>(inPage: (argument: Argument) => T, argument: Argument): Promise<T> {
    const { value } = await this.#evaluate(`(${inPage})(${JSON.stringify(argument)})`, true);
    return value as T;
  }

  /** Calls a function in the page, and returns a handle to its result. */
  async make<Argument, Made extends { [name: string]: () => unknown }>(
    inPage: (argument: Argument) => Made,
    argument: Argument,
  ): Promise<Remote<{ [Name in keyof Made]: ReturnType<Made[Name]> }>> {
    const { objectId } = await this.#evaluate(`(${inPage})(${JSON.stringify(argument)})`, false);
    return {
      call: async (name) => {
        const functionDeclaration = `function () { return this.${name}(); }`;
        const called = await this.send<{ result: { value: never } }>("Runtime.callFunctionOn", {
          objectId,
          functionDeclaration,
          returnByValue: true,
        });
        return called.result.value;
      },
    };
  }

  /** Waits until an element exists, or doesn't. */
  async waitFor(selector: string, isThere = true, deadlineMs = 30_000): Promise<void> {
    const look = (wanted: string) => document.querySelector(wanted) !== null;
    await until(
      `${selector} is ${isThere ? "there" : "gone"}`,
      async () => (await this.evaluate(look, selector)) === isThere,
      deadlineMs,
    );
  }

  /** Clicks an element with the mouse. */
  async click(selector: string): Promise<void> {
    const place = await this.evaluate((wanted) => {
      const box = document.querySelector(wanted)?.getBoundingClientRect();
      return box === undefined ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }, selector);
    if (place === null) throw new Error(`there is no ${selector} to click`);
    await this.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...place });
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, ...place, button: "left", clickCount: 1 });
    }
  }

  /** Presses a key. */
  async press(key: Key): Promise<void> {
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, ...KEYS[key] });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, ...KEYS[key], text: undefined });
  }

  /** Whether an element exists. */
  has(selector: string): Promise<boolean> {
    return this.evaluate((wanted) => document.querySelector(wanted) !== null, selector);
  }

  /** Focuses the element with a test id. */
  async focus(testId: string): Promise<void> {
    await this.evaluate((wanted) => document.querySelector<HTMLElement>(wanted)?.focus(), hook(testId));
  }

  async close(): Promise<void> {
    // Chromium may close the connection with the tab, and then sends no answer.
    const gone = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    await Promise.race([this.send("Page.close"), gone]);
    this.#socket.close();
  }

  async #evaluate(
    expression: string,
    returnByValue: boolean,
  ): Promise<{ value?: unknown; objectId?: string }> {
    const { result, exceptionDetails } = await this.send<{
      result: { value?: unknown; objectId?: string };
      exceptionDetails?: object;
    }>("Runtime.evaluate", { expression, returnByValue });
    if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
    return result;
  }

  #onMessage({ id, method, params, ...answer }: ProtocolMessage): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    } else if (method === "Runtime.exceptionThrown") {
      this.#complaints.push(`uncaught: ${JSON.stringify(params)}`);
    } else if (method === "Runtime.consoleAPICalled" || method === "Log.entryAdded") {
      const text = JSON.stringify(params);
      if (/"(?:type|level)":"(?:warning|error)"/.test(text)) this.#complaints.push(text);
    }
  }
}
