/** `npm run scale`: load on NATS and the worker when many pages lose NATS at once; the figures of docs/scale.md. */
import { rowsFor, SIZES } from "./table.ts";

const asked = process.argv.slice(2).map(Number);
if (asked.some((pages) => !(Number.isInteger(pages) && pages >= 1 && pages <= 10_000_000))) {
  process.stderr.write(
    "usage: npm run scale -- PAGES…; numbers of pages from 1 to 10000000, such as 1000 50000\n",
  );
  process.exit(1);
}
const months: string[] = [];
for (const pages of asked.length === 0 ? SIZES : asked) {
  const { outages, month } = rowsFor(pages);
  for (const line of outages) process.stdout.write(`| ${line} |\n`);
  months.push(month);
}
process.stdout.write("\n");
for (const line of months) process.stdout.write(`| ${line} |\n`);
