import { createServer, type Server } from "node:http";
import type { NatsServer } from "../server.ts";
import { parseUrl } from "../url.ts";
import { connz, type View, varz } from "./views.ts";

type Endpoint = (server: NatsServer, query: URLSearchParams) => View;

/** The supported monitoring endpoints; all others answer 404. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/varz": varz,
  "/connz": connz,
  "/healthz": () => ({ status: "ok" }),
};

/** nats-server's monitoring port. */
export function createMonitor(server: NatsServer): Server {
  return createServer((request, response) => {
    const url = parseUrl(request.url ?? "/", "http://monitor");
    const endpoint = ENDPOINTS[url?.pathname ?? ""];
    if (url === undefined || endpoint === undefined) {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("404 page not found\n");
      return;
    }
    const body = JSON.stringify(endpoint(server, url.searchParams), null, 2);
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(request.method === "HEAD" ? "" : body);
  });
}
