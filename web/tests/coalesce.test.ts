import assert from "node:assert/strict";
import { test } from "node:test";
import { coalesce } from "../src/pure/coalesce";

test("work runs once at a time, and once more for all who asked meanwhile", async () => {
  let [runs, open] = [0, 0];
  const gates: (() => void)[] = [];
  const ask = coalesce(async () => {
    runs++;
    assert.equal(++open, 1);
    await new Promise<void>((resolve) => gates.push(resolve));
    open--;
  });
  const first = ask();
  void ask();
  void ask();
  gates.shift()!();
  await Promise.resolve().then(() => undefined).then(() => undefined);
  gates.shift()!();
  await first;
  assert.equal(runs, 2);
  const later = ask();
  gates.shift()!();
  await later;
  assert.equal(runs, 3);
});

test("work that failed can be asked for again", async () => {
  let runs = 0;
  const ask = coalesce(async () => {
    if (++runs === 1) throw new Error("once");
  });
  await ask().catch(() => undefined);
  await ask();
  assert.equal(runs, 2);
});
