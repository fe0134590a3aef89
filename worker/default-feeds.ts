import type { Feed, FeedColumn, FeedField, LocalText } from "../contract/feed.ts";

/** Fields of every EGOS event. `trace_id` is optional: the page marks rows without it. */
const EVENT_FIELDS: readonly FeedField[] = [
  { name: "trace_id", type: "string", required: false },
  ...["timestamp", "source_subsystem", "event_type"].map((name) => required(name)),
];

function text(en: string, ptBr: string): LocalText {
  return { en, "pt-BR": ptBr };
}

function column(field: string, en: string, ptBr: string): FeedColumn {
  return { field, title: text(en, ptBr) };
}

function required(name: string, values?: readonly string[]): FeedField {
  return { name, type: "string", required: true, ...(values === undefined ? {} : { values }) };
}

/** The default feeds, those of the EGOS system. */
export const DEFAULT_FEEDS: readonly Feed[] = [
  {
    id: "sparc",
    title: text("SPARC Task Flow", "Fluxo de tarefas SPARC"),
    subject: "egos.sparc.tasks",
    view: "latest-by-key",
    key: "id",
    columns: [
      column("id", "Task", "Tarefa"),
      column("type", "Type", "Tipo"),
      column("status", "Status", "Situação"),
    ],
    fields: [
      ...EVENT_FIELDS,
      required("id"),
      required("type"),
      required("status", ["queued", "in_progress", "completed", "failed"]),
      { name: "result", type: "any", required: false },
    ],
  },
  {
    id: "llm",
    title: text("LLM Interactions", "Interações com LLMs"),
    subject: "egos.llm.logs",
    view: "log",
    columns: [
      column("user", "User", "Usuário"),
      column("model", "Model", "Modelo"),
      column("prompt", "Prompt", "Prompt"),
    ],
    fields: [
      ...EVENT_FIELDS,
      required("user"),
      { name: "model", type: "string", required: false },
      required("prompt"),
      required("response"),
    ],
  },
  {
    id: "propagation",
    title: text("Knowledge Propagation", "Propagação de conhecimento"),
    subject: "egos.propagation.log",
    view: "table",
    columns: [
      column("subsystem", "Subsystem", "Subsistema"),
      column("pattern", "Pattern", "Padrão"),
      column("status", "Status", "Situação"),
    ],
    fields: [
      ...EVENT_FIELDS,
      required("subsystem"),
      required("pattern"),
      required("status", ["Proposed", "Under Review", "Adopted", "Completed"]),
    ],
  },
];
