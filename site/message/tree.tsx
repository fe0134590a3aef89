import { useSignal } from "@preact/signals";
import { isFields, isList, type Value } from "../content/value.ts";
import { shortened, writeJson } from "../content/write-json.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";

/** How many branches are shown at first; a button shows more. */
const AT_ONCE = 100;
const LEAF_CHARACTERS = 500;

/** A value as a tree of branches to open; closed branches aren't rendered. */
export function Tree({ value }: { value: Value }) {
  return (
    <ul class="tree" data-testid="details-tree">
      <Branches of={value} />
    </ul>
  );
}

function Branches({ of }: { of: Value }) {
  const shown = useSignal(AT_ONCE);
  const entries = entriesOf(of);
  return (
    <>
      {entries.slice(0, shown.value).map(([name, value]) => (
        <Branch key={name} name={name} value={value} />
      ))}
      {entries.length > shown.value && (
        <li>
          <button
            type="button"
            class="link"
            onClick={() => {
              shown.value += 10 * AT_ONCE;
            }}
          >
            {allTexts.value.treeMore(formats.value.count(entries.length - shown.value))}
          </button>
        </li>
      )}
    </>
  );
}

/** The children of a value, by name or index. */
function entriesOf(value: Value): readonly (readonly [name: string, value: Value])[] {
  return isList(value) || isFields(value) ? Object.entries(value) : [];
}

function Branch({ name, value }: { name: string; value: Value }) {
  const open = useSignal(false);
  const holds = isList(value) ? value.length : isFields(value) ? Object.keys(value).length : 0;
  if (holds === 0) {
    return (
      <li>
        <span class="tree__name">{shortened(name, LEAF_CHARACTERS)}</span> <Leaf value={value} />
      </li>
    );
  }
  return (
    <li>
      <button
        type="button"
        class="opener"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <span class="tree__name">{shortened(name, LEAF_CHARACTERS)}</span>{" "}
        <span class="note">{isList(value) ? `[${holds}]` : `{${holds}}`}</span>
      </button>
      {open.value && (
        <ul class="tree">
          <Branches of={value} />
        </ul>
      )}
    </li>
  );
}

function Leaf({ value }: { value: Value }) {
  const { text, isCut } = writeJson(value, { maxCharacters: LEAF_CHARACTERS });
  return (
    <code class="tree__leaf">
      {text}
      {isCut && "…"}
    </code>
  );
}
