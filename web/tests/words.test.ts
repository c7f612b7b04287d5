import assert from "node:assert/strict";
import { test } from "node:test";
import { count, short, time } from "../src/pure/words";

test("times are in UTC, to the minute", () => {
  assert.equal(time("2026-03-02T10:20:59+02:00"), "2026-03-02 08:20 UTC");
  assert.equal(time("soon"), "soon");
});

test("hashes are shortened without the name of their kind", () => {
  assert.equal(short("sha256:0123456789abcdef"), "0123456789ab");
  assert.equal(short("0123"), "0123");
});

test("counts have their plural", () => assert.deepEqual([count(1, "gate"), count(0, "gate")], ["1 gate", "0 gates"]));
