import { createServer, type Server } from "node:http";
import type { Hub } from "./hub.ts";
import { connz, subsz, type View, varz } from "./monitor-views.ts";

type Endpoint = (hub: Hub, query: URLSearchParams) => View;

/** The monitoring endpoints that the simulator has; the others answer 404, as an unknown path does. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/varz": varz,
  "/connz": connz,
  "/subsz": subsz,
  "/subscriptionsz": subsz,
  "/healthz": () => ({ status: "ok" }),
};

/** nats-server's monitoring port. */
export function createMonitor(hub: Hub): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://monitor");
    const endpoint = ENDPOINTS[url.pathname];
    if (endpoint === undefined) {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("404 page not found\n");
      return;
    }
    const body = JSON.stringify(endpoint(hub, url.searchParams), null, 2);
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(request.method === "HEAD" ? "" : body);
  });
}
