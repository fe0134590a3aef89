import { useSignal } from "@preact/signals";
import { Announcer } from "./connection/announcer.tsx";
import { Banner } from "./connection/banner.tsx";
import { TimelinePanel } from "./connection/timeline.tsx";
import { Details, type Opened } from "./feeds/details.tsx";
import { FeedPanel } from "./feeds/feed-panel.tsx";
import type { Session } from "./session.ts";

/** What the page shows below its header once its configuration is there. */
export function Dashboard({ session }: { session: Session }) {
  const { connection, feeds, repaint } = session;
  const opened = useSignal<Opened | null>(null);
  const tick = repaint.tick.value;
  const state = connection.state.value;
  return (
    <>
      <Announcer connection={connection} />
      <Banner connection={connection} />
      <main class="main" id="main">
        {feeds.map(({ view, subscription }) => (
          <FeedPanel
            key={view.store.feed.id}
            view={view}
            subscription={subscription}
            state={state}
            tick={tick}
            onOpen={(row) => {
              if (row.kind !== "gap") opened.value = { feed: view.store.feed, row };
            }}
          />
        ))}
        <TimelinePanel connection={connection} />
      </main>
      {opened.value !== null && (
        <Details
          opened={opened.value}
          onClose={() => {
            opened.value = null;
          }}
        />
      )}
    </>
  );
}
