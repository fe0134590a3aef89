import { randomUUID } from "node:crypto";

/** An event and its subject. */
export interface SampleEvent {
  readonly subject: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Returns a number from 0 to below 1, as Math.random does. */
export type Random = () => number;

const SUBSYSTEMS = ["ATLAS", "CRONOS", "CORUJA", "ETHIK", "HARMONY", "KOIOS", "NEXUS"] as const;
const TASK_TYPES = [
  "sparc_analyze",
  "sparc_ingest",
  "sparc_refactor",
  "sparc_generate",
  "sparc_summarize",
] as const;
const MODELS = ["claude-opus", "gemini-pro", "gpt-large", "llama-70b"] as const;
const USERS = ["ana", "bruno", "cecília", "davi", "enedino"] as const;
const PATTERNS = [
  "circuit-breaker",
  "event-sourcing",
  "idempotent-consumer",
  "outbox",
  "saga",
  "strangler-fig",
];
const ADOPTION = ["Proposed", "Under Review", "Adopted", "Completed"] as const;
const EXCHANGES = [
  [
    "Summarise yesterday's changes in NEXUS.",
    "Three modules were merged; the public interface is unchanged.",
  ],
  ["Which subsystem owns the audit trail?", "ETHIK writes it, KOIOS keeps it for a year."],
  ["Refactor the ingest step so that it can be retried.", "Done: each batch now has an idempotency key."],
  ["Por que a fila cresceu às 14h?", "O consumidor reiniciou duas vezes; a fila voltou ao normal em 40 s."],
  [
    "Escreva um teste para o padrão outbox.",
    "Feito: o teste derruba o processo entre a escrita e a publicação.",
  ],
] as const;

/** Number of concurrent tasks; a new one starts when one has finished. */
const RUNNING_TASKS = 6;
const FAILURE_RATE = 0.15;

interface Task {
  readonly id: string;
  readonly traceId: string;
  readonly type: string;
  readonly subsystem: string;
  status: "queued" | "in_progress" | "completed" | "failed";
}

/** Endless events of the three EGOS feeds, in that system's format; a task keeps its id from queued to its end. */
export function* sampleEvents(random: Random): Generator<SampleEvent, never> {
  const tasks: Task[] = [];
  const adoptions = new Map<string, number>();
  for (;;) {
    const draw = random();
    if (draw < 0.5) yield taskEvent(tasks, random);
    else if (draw < 0.8) yield llmEvent(tasks, random);
    else yield propagationEvent(tasks, adoptions, random);
  }
}

function taskEvent(tasks: Task[], random: Random): SampleEvent {
  const task = nextTask(tasks, random);
  const result = resultOf(task, random);
  const { id, type, status } = task;
  return {
    subject: "egos.sparc.tasks",
    event: {
      ...envelope(task.traceId, task.subsystem, `task_${status}`),
      id,
      type,
      status,
      ...(result === undefined ? {} : { result }),
    },
  };
}

/** Starts a task while there is room, otherwise advances a running one to its next status. */
function nextTask(tasks: Task[], random: Random): Task {
  if (tasks.length < RUNNING_TASKS) {
    const task: Task = {
      id: `task-${randomUUID().slice(0, 8)}`,
      traceId: randomUUID(),
      type: pick(TASK_TYPES, random),
      subsystem: pick(SUBSYSTEMS, random),
      status: "queued",
    };
    tasks.push(task);
    return task;
  }
  const task = pick(tasks, random);
  if (task.status === "queued") {
    task.status = "in_progress";
  } else {
    task.status = random() < FAILURE_RATE ? "failed" : "completed";
    tasks.splice(tasks.indexOf(task), 1);
  }
  return task;
}

function resultOf({ status }: Task, random: Random): object | undefined {
  if (status === "completed") {
    return { files_changed: Math.ceil(random() * 12), duration_ms: Math.ceil(random() * 9000) };
  }
  if (status === "failed") return { error: "the model's answer did not parse", attempt: 3 };
  return undefined;
}

/** Mostly the trace of a running task, so that traces span several feeds. */
function traceOf(tasks: readonly Task[], random: Random): string {
  return tasks.length > 0 && random() < 0.7 ? pick(tasks, random).traceId : randomUUID();
}

function llmEvent(tasks: readonly Task[], random: Random): SampleEvent {
  const [prompt, response] = pick(EXCHANGES, random);
  // EGOS logs the model only when the caller chose one.
  const model = random() < 0.75 ? { model: pick(MODELS, random) } : {};
  return {
    subject: "egos.llm.logs",
    event: {
      ...envelope(traceOf(tasks, random), pick(SUBSYSTEMS, random), "llm_interaction"),
      user: pick(USERS, random),
      ...model,
      prompt,
      response,
    },
  };
}

/** A pattern passes through the adoption stages in each subsystem, and starts again after the last. */
function propagationEvent(
  tasks: readonly Task[],
  adoptions: Map<string, number>,
  random: Random,
): SampleEvent {
  const subsystem = pick(SUBSYSTEMS, random);
  const pattern = pick(PATTERNS, random);
  const key = `${subsystem}/${pattern}`;
  const step = (adoptions.get(key) ?? -1) + 1;
  adoptions.set(key, step % ADOPTION.length);
  return {
    subject: "egos.propagation.log",
    event: {
      ...envelope(traceOf(tasks, random), "KOIOS", "pattern_propagation"),
      subsystem,
      pattern,
      status: ADOPTION[step % ADOPTION.length],
    },
  };
}

function envelope(traceId: string, sourceSubsystem: string, eventType: string): object {
  return {
    trace_id: traceId,
    timestamp: new Date().toISOString(),
    source_subsystem: sourceSubsystem,
    event_type: eventType,
  };
}

/** A random element. */
export function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)] as T;
}
