import { type Count, pluralsOf } from "./count.ts";
import type { TextsOf } from "./en.ts";
import { connectionEn } from "./sheets-connection-en.ts";

const plural = pluralsOf("en");

/** The English texts of parts that are loaded later. All other languages have the same keys. */
export const sheetsEn = {
  ...connectionEn,

  since: (time: string) => `since ${time}`,

  // Alerts
  alertQuiet: (duration: string) => `Quiet for more than ${duration}`,
  alertQuietTimes: (times: string) => `Quiet for more than ${times} times the usual interval`,
  alertNotLive: (duration: string) => `No live data for more than ${duration}`,
  alertMatch: (filter: string) => `Matches ${filter}`,

  // Sheets in general
  brokenSheet: "This can't be shown",
  brokenSheetHint: "The rest of the page still works. Close this and open it again.",

  // Problems of a panel
  columnMissing: (field: string) => `No event has the field “${field}”.`,
  subjectDenied: "Subscription denied",
  subjectDeniedHint: "The server doesn't allow this panel's subscription.",
  subjectsDenied: (subjects: string) => `Denied: ${subjects}`,
  streamUnreadable: "The stream can't be read",
  streamFollows: "Events it stores in the meantime will follow.",
  streamGoesOn: "New events appear as they arrive; earlier ones can't be fetched.",
  streamStands: "Events appear here once the stream can be read.",
  streamWaiting: "waiting for the stream",
  streamAgain: "The page retries automatically.",
  streamReasons: {
    timeout: {
      what: (stream: string) => `The stream ${stream} doesn't answer.`,
      fix: "Check JetStream on its server.",
    },
    "no-responders": {
      what: (stream: string) => `No server answers for the stream ${stream}.`,
      fix: "It doesn't exist, has no leader right now, or `allow_direct` is off.",
    },
    "no-stream": {
      what: (stream: string) => `The stream ${stream} doesn't exist.`,
      fix: "Create it, or correct its name in FEEDS.",
    },
    denied: {
      what: (stream: string) => `These credentials aren't allowed to read the stream ${stream}.`,
      fix: "Allow them to publish to its Direct Get subject.",
    },
    refused: {
      what: (stream: string) => `The server of the stream ${stream} doesn't understand the request.`,
      fix: "It may be too old: feeds by sequence need nats-server 2.9 or later.",
    },
    elsewhere: {
      what: (stream: string) => `Events arrive that the stream ${stream} doesn't contain.`,
      fix: "It rejects them or stores them under another subject: compare its subjects with this panel's.",
    },
    "not-loaded": {
      what: (stream: string) => `The code that reads the stream ${stream} couldn't be loaded.`,
      fix: "Reload the page.",
    },
  },
  alertsActive: "Now",
  alertsNone: "None",
  alertsPast: "Earlier",
  alertsPastNone: "None since the page was opened",
  alertLasted: (from: string, duration: string) => `${from}, lasted ${duration}`,
  alertsNotify: "Notify me on this device",
  alertsSound: "Play a sound",
  alertsNotifyRefused: "The browser blocks notifications from this page.",

  // Details of an event
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  copiedCut: "Copied (beginning only)",
  copyFailed: "The browser blocked it",
  showTrace: "Show all events with this trace",
  filterByTrace: "Show only this trace in all panels",
  traceEvents: (count: string) => `Events with this trace: ${count}`,
  detailReceivedAt: "Received",
  detailPublishedAt: "Published",
  detailSequence: "Sequence",
  detailSubject: "Subject",
  detailSize: "Size",
  detailTrace: "Trace ID",
  detailHeaders: "Headers",
  detailPrompt: "Prompt",
  detailResponse: "Response",
  detailEvent: "Event",
  detailPayload: "Payload as received",
  detailCut: (shown: string) => `Truncated: only the first ${shown} are shown`,
  payloadViews: "How the payload is shown",
  payloadAs: { picture: "Picture", pretty: "Pretty", tree: "Tree", text: "Raw", hex: "Hex" },
  payloadText: "text",
  pictureOf: (subject: string) => `Picture from ${subject}`,
  pictureBroken: (type: string) =>
    `The picture can't be shown: it is damaged, or this browser doesn't support ${type}.`,
  pictureLarge: (type: string, size: string) =>
    `The picture isn't shown: ${type} of ${size} pixels could use up this browser's memory.`,
  numbersMore: (count: Count, isCut: boolean) => `${isCut ? "At least " : ""}${count.text} more not shown`,
  treeMore: (count: Count) => plural(count, { one: "# more", other: "# more" }),
  compareTitle: (time: string) => `Changed since ${time}`,
  compareCut: ({ text }: Count) => `Only the first ${text} values were compared.`,
  compareSame: "Nothing. The payload is the same.",
  comparePayload: "(the whole payload)",
  detailFollow: "Follow new events",
  detailNewer: (time: string) => `Newer: ${time}`,
  copyLink: "Copy link",
  detailAsking: "Fetching the message from the stream…",
  detailGone: "The stream no longer has this message.",
  detailNoStream: "This panel has no stream to fetch older messages from.",
  detailUnread: (detail: string) => `The message couldn't be fetched: ${detail}`,
  detailNotThere: "No events for this key.",
  noTraceExplained: "This event has no trace_id",

  // Columns
  columnsOf: (feed: string) => `Columns: ${feed}`,
  columnsHint: "Your choice is saved in this browser, included in the link and used for CSV export.",
  columnsOwn: "Default columns",
  columnsOther: "Other fields",
  columnsNoOther: "None yet.",
  columnsMost: (most: Count) => `At most ${most.text} columns can be shown.`,
  columnsReset: "Reset to default columns",

  share: "Copy link to this page",
  shared: "Link copied",
  shareFailed: "The browser blocked it: copy the address instead",
  copyDefinition: "Copy as FEEDS entry",
  removePanel: "Remove panel",
  exportAs: (format: string) => `Export shown events as ${format}`,
  onlyThisFeed: "Show only this panel",
  allFeeds: "Show all panels",
  columns: "Choose columns",
  kiosk: "Wall display mode (Esc to exit)",
  panelEarlier: "Move earlier",
  panelLater: "Move later",
  panelSize: "Size",
  panelSizes: { small: "Default", wide: "Wide", tall: "Tall", full: "Full width" },
  // Messages
  streamSubjectHint: "Wildcards * and > are allowed. Leave empty for everything the panels receive.",
  streamListen: "Subscribe",
  subjectWrong:
    "A subject consists of tokens separated by single dots: at most 200 characters, no spaces. * stands for one whole token, > as the last token for all that follow.",
  streamPerSecond: "msg/s",
  streamLast: "Last value",
  streamMessages: "Messages",
  streamNewest: "Newest messages",
  streamMakePanel: "Create panel",
  subjects: (count: Count) => plural(count, { one: "# subject", other: "# subjects" }),
  streamTopicsGone: (subjects: Count, messages: Count) =>
    `Removed ${plural(subjects, { one: "# quiet subject", other: "# quiet subjects" })} with ${plural(messages, { one: "# message", other: "# messages" })} to make room for new ones.`,

  // New panel
  panelView: "View",
  panelViews: {
    log: "Log, newest first",
    table: "Sortable table",
    "latest-by-key": "Latest event per key",
    chart: "Chart of numeric fields",
    value: "Latest value, large",
  },
  panelKey: "Key (a field, or $subject[1] for a token of the subject)",
  panelKeyOptional: "Group by (a field, or $subject[1]; optional)",
  panelAlert: "Alert on events that match this filter (optional)",
  panelQuiet: "Alert after this many seconds without events (optional)",
  panelTitle: "Title (optional)",
  panelHint: "The panel is saved in this browser and included in the link.",
  panelMake: "Create panel",
  panelsBroken: (definitions: string) => `Panels of this link that can't be shown: ${definitions}`,
  panelsTooMany: (count: Count, most: Count) =>
    `${plural(count, { one: "# panel was", other: "# panels were" })} left out: a link opens at most ${most.text} panels.`,
  panelsTooLong: (count: Count, most: Count) =>
    `${plural(count, { one: "# panel was left out: its definition is", other: "# panels were left out: their definitions are" })} longer than ${most.text} characters.`,
  panelProblem: (problem: string) => `The panel can't be created: ${problem}`,
  panelProblems: {
    key: "The key is not a field. Enter a path such as customer.id, or $subject[1].",
    full: "No more panels can be saved: they wouldn't fit in a link. Remove one first.",
  },

  // Charts
  chartsRate: "Messages per second, last 15 minutes",
  chartsRateSummary: (rates: string) => `Messages per second over the last 15 minutes. Now: ${rates}`,
  numbersNone: "No numbers yet.",
  chartsOthers: "other subjects",
  chartsRoundTripSummary: (now: string) => `Round trip over the last 15 minutes. Now: ${now}`,

  // Demo
  demoClear: "End all faults",
  demoFailed: (detail: string) => `The request to the simulator failed: ${detail}`,
  demoFaults: {
    kill: { action: "Kill", hint: "Cut every connection and come back a moment later." },
    freeze: { action: "Freeze", hint: "Stop answering, with connections left open, until you end it." },
    refuse: { action: "Refuse", hint: "Cut every connection and accept none until you end it." },
    "reject-token": {
      action: "Reject token",
      hint: "Cut every connection and refuse all credentials until you end it.",
    },
    "expire-token": { action: "Expire token", hint: "Expire the credentials in use." },
    "lame-duck": { action: "Lame duck", hint: "Ask all clients to leave, then shut down." },
    slow: { action: "Slow", hint: "Delay everything by half a second each way until you end it." },
  },

  // Settings
  settingsHint: "Changes take effect at once and are saved in this browser.",
  settingsReset: "Reset to defaults",
  settingsLimits: (least: string, most: string) => `${least} to ${most}`,
  settingsWrong: (limits: string) => `Not applied: enter a number from ${limits}`,
  tunables: {
    "reconnect.maxAttempts": "Attempts for the first connection (0: no limit)",
    "reconnect.baseDelayMs": "Maximum first delay",
    "reconnect.factor": "Delay growth per attempt",
    "reconnect.maxDelayMs": "Maximum delay",
    "reconnect.stableAfterMs": "Counts as stable after",
    connectTimeoutMs: "Connect timeout",
    drainTimeoutMs: "Drain timeout when turned off",
    pingIntervalMs: "Ping interval",
    pongTimeoutMs: "Ping reply timeout",
  },

  // Help
  helpHint: "Everything on the page can also be reached with Tab and Enter.",
  helpRows: "Move between the rows of a panel; Page Up, Page Down, Home and End go further, Enter opens",
  helpFilter:
    "A filter finds words anywhere, an “exact phrase” in quotation marks, and field:value in one field.",
  keys: {
    help: "Show this help",
    live: "Turn live data on or off",
    pause: "Pause or resume all panels",
    filter: "Go to the first panel's filter",
  },
  keyEscape: "Close what is open beside the page",
};

/** The same keys with texts of any language. */
export type SheetTexts = TextsOf<typeof sheetsEn>;
