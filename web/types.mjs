// Writes the types of the API as TypeScript: `node types.mjs openapi.json types.ts`. They are never committed, so that they are always those of the API; the compiler says what no longer fits.
import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
const { components } = JSON.parse(readFileSync(from, "utf8"));

const typeOf = (schema) => {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  switch (schema.type) {
    case "string": case "boolean": case "null": return schema.type;
    case "integer": case "number": return "number";
    case "array": return `readonly (${typeOf(schema.items)})[]`;
    case "object": return schema.properties ? members(schema) : `Readonly<Record<string, ${schema.additionalProperties ? typeOf(schema.additionalProperties) : "unknown"}>>`;
    default: return "unknown";
  }
};

const members = (schema) => {
  const required = new Set(schema.required);
  return `{ ${Object.entries(schema.properties).map(([name, of]) => `readonly ${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${typeOf(of)};`).join(" ")} }`;
};

writeFileSync(to, Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`).join(""));
