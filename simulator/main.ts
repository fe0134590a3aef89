#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Test harnesses start it dozens of times: with compiled code at hand it starts in half the time.
enableCompileCache();
await import("./process/run.ts");
