import { useSignal } from "@preact/signals";
import { bytesOf, payloadText, previewOf } from "../content/payload-text.ts";
import { mediaTypeOf } from "../content/sniff.ts";
import { isFields, isList } from "../content/value.ts";
import { writeJson } from "../content/write-json.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import { Copy } from "../ui/copy.tsx";
import { HEX_LINE_BYTES, hexDump } from "./hex.ts";
import { Picture } from "./picture.tsx";
import { Tree } from "./tree.tsx";

/** The most that is shown: nobody reads more, and it would block the page. Copies and exports have all of it. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_HEX_LINES = 512;

const VIEWS = ["picture", "pretty", "tree", "text", "hex"] as const;
type View = (typeof VIEWS)[number];

/** A message's payload in the view that its reader chooses, with a button that copies all of it. */
export function PayloadViews({ entry }: { entry: FeedEvent | MalformedMessage }) {
  const t = allTexts.value;
  const { value } = entry;
  const picture = pictureTypeOf(entry);
  const views = VIEWS.filter((view) => {
    if (view === "picture") return picture !== null;
    if (view === "pretty") return value !== undefined && !(value instanceof Uint8Array);
    return view !== "tree" || isFields(value) || isList(value);
  });
  const chosen = useSignal<View | null>(null);
  // A malformed message is first shown as text, as it arrived.
  const first = entry.kind === "malformed" ? "text" : (views[0] ?? "text");
  const view = chosen.value !== null && views.includes(chosen.value) ? chosen.value : first;
  return (
    <>
      <div class="toolbar">
        <fieldset class="tabs" aria-label={t.payloadViews}>
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
              {t.payloadAs[one]}
            </button>
          ))}
        </fieldset>
        {/* The browser's own menu copies a picture. */}
        {view !== "picture" && (
          <Copy
            text={() => wholeText(entry, view)}
            testId="details-copy"
            words={entry.isCut ? { copied: t.copiedCut } : {}}
          />
        )}
      </div>
      {view === "picture" && picture !== null ? (
        <Picture entry={entry} type={picture} />
      ) : view === "tree" && value !== undefined ? (
        <Tree value={value} />
      ) : (
        <Code entry={entry} view={view} />
      )}
    </>
  );
}

/** The media type of a picture; null where the payload is no picture, or only its beginning is kept. */
function pictureTypeOf({ raw, isCut }: Pick<FeedEvent, "raw" | "isCut">): string | null {
  const type = isCut || typeof raw === "string" ? null : mediaTypeOf(raw);
  return type?.startsWith("image/") ? type : null;
}

/** The whole payload as text, as it is copied: as it arrived if it is text, else its decoded value. */
function wholeText(entry: Pick<FeedEvent, "raw" | "value">, view: View): string {
  if (view === "hex") return hexDump(bytesOf(entry.raw), Number.POSITIVE_INFINITY);
  return payloadText(entry, (raw) => previewOf(raw, Number.POSITIVE_INFINITY), { indent: 2 });
}

function Code({ entry, view }: { entry: FeedEvent | MalformedMessage; view: View }) {
  const t = allTexts.value;
  const { text, isCut, shownBytes } = shownText(entry, view);
  const testId = entry.kind === "malformed" ? "details-payload" : "details-json";
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset holds controls, this holds text */}
      <pre
        class="code"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={t.detailEvent}
        data-testid={testId}
        data-view={view}
      >
        {text}
      </pre>
      {(isCut || entry.isCut) && <p class="note">{t.detailCut(formats.value.bytes(shownBytes))}</p>}
    </>
  );
}

/** The text to show of a payload, whether it is cut, and how many bytes it covers. */
export function shownText({ raw, value }: Pick<FeedEvent, "raw" | "value">, view: View) {
  if (view === "hex") {
    const bytes = bytesOf(raw);
    const shownBytes = Math.min(bytes.length, MAX_HEX_LINES * HEX_LINE_BYTES);
    return { text: hexDump(bytes, MAX_HEX_LINES), isCut: shownBytes < bytes.length, shownBytes };
  }
  if (view === "pretty" && value !== undefined && typeof value !== "string") {
    const { text, isCut } = writeJson(value, { indent: 2, maxCharacters: MAX_CHARACTERS });
    return { text, isCut, shownBytes: bytesOf(text).length };
  }
  const isDecoded = typeof value === "string" && (view === "pretty" || typeof raw !== "string");
  const whole = isDecoded ? value : raw;
  const text = previewOf(whole, MAX_CHARACTERS);
  const shown = typeof whole === "string" ? text : whole.subarray(0, MAX_CHARACTERS);
  // Browsers don't break lines at a lone CR.
  const lines = text.replace(/\r\n?/g, "\n");
  return { text: lines, isCut: shown.length < whole.length, shownBytes: bytesOf(shown).length };
}
