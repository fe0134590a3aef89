import { useSignal } from "@preact/signals";
import type { Topic, TopicTree } from "../content/topic-tree.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { ROW_HEIGHT } from "../panels/row.tsx";
import { nowSecondMs } from "../ui/clock.ts";
import { VirtualTable } from "../ui/virtual-table.tsx";

/** The tree of subjects, each with its number of messages, rate and last message. */
export function TopicTable(props: {
  tree: TopicTree<string>;
  /** Shows the messages of one subject. */
  onShow: (path: string) => void;
}) {
  const { tree, onShow } = props;
  const t = allTexts.value;
  const open = useSignal<ReadonlySet<string>>(new Set());
  // Rates change also when no message arrives.
  nowSecondMs.value;
  const lines = tree.rows(open.value, Date.now());
  const toggle = (path: string) => {
    const paths = new Set(open.value);
    if (!paths.delete(path)) paths.add(path);
    open.value = paths;
  };
  const headings = [
    ["cell", t.detailSubject],
    ["cell cell--figure", t.streamMessages],
    ["cell cell--figure", t.streamPerSecond],
    ["cell cell--last", t.streamLast],
  ] as const;
  return (
    <div class="rows rows--few">
      <VirtualTable
        labelledBy="stream-subjects"
        headings={
          <tr class="row row--headings" aria-rowindex={1}>
            {headings.map(([kind, name]) => (
              <th class={kind} key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        }
        count={lines.length}
        rowHeight={ROW_HEIGHT}
        canOpen={() => true}
        row={(index, isStop) => {
          const topic = lines[index];
          if (topic === undefined) return null;
          return (
            <TopicRow
              key={topic.path}
              topic={topic}
              index={index}
              isStop={isStop}
              onPress={() => (topic.hasChildren ? toggle(topic.path) : onShow(topic.path))}
            />
          );
        }}
      />
    </div>
  );
}

function TopicRow(props: { topic: Topic<string>; index: number; isStop: boolean; onPress: () => void }) {
  const { topic, index, isStop, onPress } = props;
  const { path, token, depth, count, perSecond, hasChildren, isOpen, subjects, last } = topic;
  const f = formats.value;
  return (
    <tr
      class="row"
      aria-rowindex={index + 2}
      data-testid="stream-subject-row"
      data-subject={path}
      data-leaf={!hasChildren}
    >
      <td class="cell" title={path} style={{ "--depth": depth }}>
        <button
          type="button"
          class="row__open opener topic"
          tabIndex={isStop ? 0 : -1}
          aria-expanded={hasChildren ? isOpen : undefined}
          aria-label={hasChildren ? `${path} ${f.number(subjects)}` : path}
          onClick={onPress}
        >
          <code>{token}</code>
          {hasChildren && <span class="note"> {f.number(subjects)}</span>}
        </button>
      </td>
      <td class="cell cell--figure">{f.number(count)}</td>
      <td class="cell cell--figure">{f.number(perSecond)}</td>
      <td class="cell cell--last" title={last}>
        <code class="cell__text">{last}</code>
      </td>
    </tr>
  );
}
