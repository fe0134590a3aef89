import { type Policy, PRICES, USAGE, type World } from "./policy.ts";
import type { Outage } from "./simulate.ts";

/** Costs of a month with pages that are always open and one outage of each kind, $. */
export interface Bill {
  readonly requests: number;
  readonly objectRequests: number;
  readonly dollars: number;
}

/** Computes a month's costs. In a quiet month, a data centre's cache lets one question per minute through to the object. */
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
