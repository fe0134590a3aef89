/**
 * The baseline: a page for the same feeds with preact and nats.ws, written in the usual way. Each message is decoded and
 * put at the front of a bounded list, which is the component's state. The test ids are those of Mycelium's page.
 */
import { connect, type NatsConnection } from "nats.ws";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";

const FEEDS = [
  { id: "sparc", subject: "egos.sparc.tasks", columns: ["id", "type", "status", "trace_id"] },
  { id: "llm", subject: "egos.llm.logs", columns: ["user", "model", "prompt", "trace_id"] },
  {
    id: "propagation",
    subject: "egos.propagation.log",
    columns: ["subsystem", "pattern", "status", "trace_id"],
  },
] as const;

/** Rows kept per feed. Mycelium's page keeps 1,000. */
const KEPT = 100;

type PlainEvent = Readonly<Record<string, unknown>>;
interface PlainRow {
  readonly time: string;
  readonly event: PlainEvent;
}
interface FeedState {
  readonly received: number;
  readonly rows: readonly PlainRow[];
}

function Feed(props: {
  nats: NatsConnection;
  feed: (typeof FEEDS)[number];
  onOpen: (event: PlainEvent) => void;
}) {
  const { nats, feed, onOpen } = props;
  const [state, setState] = useState<FeedState>({ received: 0, rows: [] });
  const [paused, setPaused] = useState<readonly PlainRow[] | null>(null);
  const [filter, setFilter] = useState("");
  useEffect(() => {
    const subscription = nats.subscribe(feed.subject, {
      callback: (_error, message) => {
        const event = message.json<PlainEvent>();
        setState(({ received, rows }) => {
          const row = { time: new Date().toLocaleTimeString(), event };
          return { received: received + 1, rows: [row, ...rows].slice(0, KEPT) };
        });
      },
    });
    return () => subscription.unsubscribe();
  }, [nats, feed]);
  const rows = (paused ?? state.rows).filter(
    ({ event }) => filter === "" || JSON.stringify(event).toLowerCase().includes(filter),
  );
  return (
    <section>
      <h2>{feed.id}</h2>
      <span data-testid={`feed-${feed.id}-received`} data-value={state.received}>
        {state.received}
      </span>
      <input
        data-testid={`feed-${feed.id}-filter`}
        value={filter}
        onInput={(input) => setFilter(input.currentTarget.value.toLowerCase())}
      />
      <button
        type="button"
        data-testid={`feed-${feed.id}-pause`}
        aria-pressed={paused !== null}
        onClick={() => setPaused(paused === null ? state.rows : null)}
      >
        Pause
      </button>
      <div class="rows">
        <table>
          <tbody>
            {rows.map(({ time, event }, index) => (
              // The key is the index: a row that moved under the pointer could never be clicked.
              <tr key={index} data-testid={`feed-${feed.id}-row`}>
                <td>
                  <button type="button" onClick={() => onOpen(event)}>
                    {time}
                  </button>
                </td>
                {feed.columns.map((column) => (
                  <td key={column}>{String(event[column] ?? "")}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Page({ nats }: { nats: NatsConnection }) {
  const [opened, setOpened] = useState<PlainEvent | null>(null);
  return (
    <>
      <select
        data-testid="theme"
        onChange={(change) => {
          document.documentElement.dataset.theme = change.currentTarget.value;
        }}
      >
        <option>system</option>
        <option>light</option>
        <option>dark</option>
      </select>
      <main>
        {FEEDS.map((feed) => (
          <Feed key={feed.id} nats={nats} feed={feed} onOpen={setOpened} />
        ))}
      </main>
      {opened !== null && (
        <aside data-testid="details">
          <button type="button" data-testid="details-close" onClick={() => setOpened(null)}>
            Close
          </button>
          <pre>{JSON.stringify(opened, null, 2)}</pre>
        </aside>
      )}
    </>
  );
}

const servers = new URLSearchParams(location.search).get("server") ?? "";
const root = document.getElementById("app");
if (root !== null) render(<Page nats={await connect({ servers })} />, root);
