/** The part of Node's DNS interface that workerd has and the probe uses; the rest of Node is not the worker's to use. */
declare module "node:dns/promises" {
  export function resolve4(hostname: string): Promise<string[]>;
  export function resolve6(hostname: string): Promise<string[]>;
}
