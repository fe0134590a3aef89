/** Outlines on a 16 × 16 grid, drawn in the text's colour. */
const PATHS = {
  power: "M8 2v6M4.5 4.2a5 5 0 1 0 7 0",
  live: "M8 8h.01M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 0 5.6M3 13a7 7 0 0 1 0-10M13 3a7 7 0 0 1 0 10",
  spinner: "M8 2a6 6 0 1 1-6 6",
  retry: "M13.5 8a5.5 5.5 0 1 1-1.6-3.9L13.5 5.7M13.5 2.2v3.5H10",
  stop: "M4.5 4.5h7v7h-7z",
  alert: "M8 2.2 14.2 13H1.8zM8 6.4v3M8 11.3h.01",
  offline:
    "M2 2l12 12M5.2 8.7A4 4 0 0 1 8 7.6m2.8 1.1A4 4 0 0 1 12 9.6M2.6 6.2A8 8 0 0 1 5 4.8m3-.5a8 8 0 0 1 5.4 1.9M8 12.4h.01",
  close: "M4 4l8 8M12 4l-8 8",
  gap: "M2 8h3.5M10.5 8H14M6.5 5l-1 6M10.5 5l-1 6",
  check: "M3 8.5l3.2 3.2L13 4.9",
  arrow: "M3 8h10M9 4l4 4-4 4",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.4 10.4L14 14",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.2 12.5 8 5 12.8z",
  up: "M8 13V3.5M4 7.2 8 3.2l4 4",
  down: "M8 3v9.5M4 8.8l4 4 4-4",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  expand: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9.2 6.8M2.5 13.5l4.3-4.3",
  copy: "M6 5.5h7.5V14H6zM3.5 10.8H2.5V2H10v1",
  more: "M8 3.2h.01M8 8h.01M8 12.8h.01",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  download: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.1 9.2a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
  topics: "M3 3.5h4M3 3.5v9h4M3 8h4M9 3.5h4M9 8h4M9 12.5h4",
  chart: "M2.5 2.5v11h11M5 10.5l2.6-3.4 2.2 1.8L13 4.5",
  settings: "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 2.8v3.4M6 9.8v3.4",
  help: "M5.7 6a2.3 2.3 0 1 1 3.2 2.1c-.6.3-.9.7-.9 1.4M8 12.2h.01",
  demo: "M6 2.5h4M6.8 2.5v4L3.2 13h9.6L9.2 6.5v-4",
  bell: "M4.5 11V7a3.5 3.5 0 0 1 7 0v4l1 1h-9zM7 13.8h2",
  plus: "M8 3v10M3 8h10",
  network: "M8 12.4h.01M5.2 9.7a4 4 0 0 1 5.6 0M2.6 7.1a7.6 7.6 0 0 1 10.8 0",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon beside a text that says the same; hidden from screen readers. */
export function Icon({ name, spinning = false }: { name: IconName; spinning?: boolean }) {
  return (
    <svg class={spinning ? "icon icon--spinning" : "icon"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The page's logo: threads that branch from one point and meet again. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        class="mark__thread"
        d="M16 29V17M16 17 7 9.5M16 17l9-7.5M16 22l-8 3.5M16 22l8 3.5M16 17V4M7 9.5 3.5 14M25 9.5l3.5 4.5"
      />
      <circle class="mark__node" cx="16" cy="4" r="2.6" />
      <circle class="mark__node" cx="7" cy="9.5" r="2.6" />
      <circle class="mark__node" cx="25" cy="9.5" r="2.6" />
      <circle class="mark__node" cx="8" cy="25.5" r="2.1" />
      <circle class="mark__node" cx="24" cy="25.5" r="2.1" />
      <circle class="mark__core" cx="16" cy="17" r="3.4" />
    </svg>
  );
}
