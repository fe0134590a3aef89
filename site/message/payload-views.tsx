import { useSignal } from "@preact/signals";
import { bytesOf, previewOf } from "../content/reading.ts";
import { isFields, isList } from "../content/value.ts";
import { writeJson } from "../content/write-json.ts";
import { formats } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { hexLines } from "./hex.ts";
import { Tree } from "./tree.tsx";

/** More than this isn't laid out: nobody reads it, and it would hold the page up. It is copied and exported whole. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_HEX_LINES = 512;

const VIEWS = ["pretty", "tree", "text", "hex"] as const;
type View = (typeof VIEWS)[number];

/** A message's payload, in the way that its reader wants to see it; copied whole. */
export function PayloadViews({ entry }: { entry: FeedEvent | MalformedMessage }) {
  const s = sheetTexts.value;
  const { value } = entry;
  const views = VIEWS.filter((view) => {
    if (view === "pretty") return value !== undefined && !(value instanceof Uint8Array);
    return view !== "tree" || isFields(value) || isList(value);
  });
  const chosen = useSignal<View | null>(null);
  // Of what isn't as it should be, first what came.
  const first = entry.kind === "malformed" ? "text" : (views[0] ?? "text");
  const view = chosen.value !== null && views.includes(chosen.value) ? chosen.value : first;
  return (
    <>
      <div class="toolbar">
        <fieldset class="tabs" aria-label={s.payloadViews}>
          {views.map((one) => (
            <button
              key={one}
              type="button"
              class="tabs__one"
              aria-pressed={one === view}
              data-testid={`details-as-${one}`}
              onClick={() => {
                chosen.value = one;
              }}
            >
              {s.payloadAs[one]}
            </button>
          ))}
        </fieldset>
        <CopyButton text={() => wholeText(entry)} testId="details-copy" isCut={entry.isCut} />
      </div>
      {view === "tree" && value !== undefined ? <Tree value={value} /> : <Code entry={entry} view={view} />}
    </>
  );
}

/** The payload as it came, all of it that is kept; of what isn't text, what it says. */
function wholeText({ raw, value }: Pick<FeedEvent, "raw" | "value">): string {
  if (typeof raw === "string") return raw;
  return value === undefined || value instanceof Uint8Array
    ? previewOf({ raw })
    : writeJson(value, { indent: 2 }).text;
}

function Code({ entry, view }: { entry: FeedEvent | MalformedMessage; view: View }) {
  const s = sheetTexts.value;
  const { text, isCut } = shownText(entry, view);
  const testId = entry.kind === "malformed" ? "details-payload" : "details-json";
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset holds controls, this holds text */}
      <pre
        class="code"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={s.detailEvent}
        data-testid={testId}
        data-view={view}
      >
        {text}
      </pre>
      {(isCut || entry.isCut) && <p class="note">{s.detailCut(formats.value.bytes(text.length))}</p>}
    </>
  );
}

function shownText(entry: FeedEvent | MalformedMessage, view: View): { text: string; isCut: boolean } {
  if (view === "pretty" && entry.value !== undefined) {
    if (typeof entry.value === "string") return cut(entry.value);
    return writeJson(entry.value, { indent: 2, maxCharacters: MAX_CHARACTERS });
  }
  if (view === "hex") {
    const bytes = bytesOf(entry);
    const lines = hexLines(bytes, MAX_HEX_LINES);
    const text = lines.map(({ offset, bytes, text }) => `${offset}  ${bytes.padEnd(47)}  ${text}`).join("\n");
    return { text, isCut: lines.length * 16 < bytes.length };
  }
  return cut(typeof entry.raw === "string" ? entry.raw : previewOf(entry));
}

function cut(text: string): { text: string; isCut: boolean } {
  return { text: text.slice(0, MAX_CHARACTERS), isCut: text.length > MAX_CHARACTERS };
}
