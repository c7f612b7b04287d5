// What the tests use of Node. The dashboard itself uses nothing of it.
declare module "node:test" {
  export function test(name: string, work: () => void | Promise<void>): void;
}
declare module "node:assert/strict" {
  const assert: { equal(actual: unknown, expected: unknown, message?: string): void; deepEqual(actual: unknown, expected: unknown, message?: string): void; ok(value: unknown, message?: string): void };
  export default assert;
}
