#!/usr/bin/env node
import module from "node:module";

// Test harnesses start it dozens of times: with compiled code at hand it starts in half the time. Node 20 has no such thing.
module.enableCompileCache?.();
await import("./process/run.ts");
