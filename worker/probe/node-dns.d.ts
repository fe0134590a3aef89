/** The only part of Node's API that the worker uses; workerd provides it. */
declare module "node:dns/promises" {
  export function resolve4(hostname: string): Promise<string[]>;
  export function resolve6(hostname: string): Promise<string[]>;
}
