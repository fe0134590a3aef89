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
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  expand: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9.2 6.8M2.5 13.5l4.3-4.3",
  copy: "M6 5.5h7.5V14H6zM3.5 10.8H2.5V2H10v1",
  network: "M8 12.4h.01M5.2 9.7a4 4 0 0 1 5.6 0M2.6 7.1a7.6 7.6 0 0 1 10.8 0",
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside words that say the same; hidden from screen readers. */
export function Icon({ name, spinning = false }: { name: IconName; spinning?: boolean }) {
  return (
    <svg class={spinning ? "icon icon--spinning" : "icon"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The page's mark: threads that branch from one point and meet again. */
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
