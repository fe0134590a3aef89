import { type Policy, PRICES, USAGE, type World } from "./policy.ts";
import type { Outage } from "./simulate.ts";

/** A month of pages that are open all the time, one outage of each kind in it, $. */
export interface Bill {
  readonly requests: number;
  readonly objectRequests: number;
  readonly dollars: number;
}

/** What a month costs. A data centre's cache keeps all but one question in each minute of a quiet month from the object. */
export function monthlyBill(pages: number, outages: readonly Outage[], policy: Policy, world: World): Bill {
  const seconds = USAGE.daysPerMonth * 86_400;
  const renewals = (pages * seconds * 1000) / (policy.tokenLifetimeMs * (1 - policy.tokenReplacedAtShare));
  const openings = pages * USAGE.openingsPerDay * USAGE.daysPerMonth * USAGE.requestsPerOpening;
  const minutes = seconds / 60;
  const inOutages = outages.reduce((total, { questions, tokens }) => total + questions + tokens, 0);
  const requests = renewals + openings + minutes + inOutages;
  const objectRequests =
    minutes * (1 + Math.min(world.dataCentres, pages)) +
    outages.reduce((total, { objectQuestions }) => total + objectQuestions, 0);
  const gbS = (objectRequests * USAGE.objectMsPerQuestion * USAGE.objectGb) / 1000;
  const dollars =
    PRICES.perMonth +
    beyond(requests, PRICES.includedRequests, PRICES.perMillionRequests) +
    beyond(requests * USAGE.cpuMsPerRequest, PRICES.includedCpuMs, PRICES.perMillionCpuMs) +
    beyond(objectRequests, PRICES.includedObjectRequests, PRICES.perMillionObjectRequests) +
    beyond(gbS, PRICES.includedGbS, PRICES.perMillionGbS);
  return { requests, objectRequests, dollars };
}

function beyond(used: number, included: number, perMillion: number): number {
  return (Math.max(0, used - included) / 1_000_000) * perMillion;
}
