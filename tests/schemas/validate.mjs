// Holds objects of Kubernetes to the schemas that its API publishes, strictly: a field that a schema does not have is a fault.
// Reads lines of JSON, {"schemas": "1.27", "object": {...}}, and writes for each a line: the list of its faults.
import { createInterface } from 'node:readline';

const packages = { 1.19: 'kubernetes-1.19', 1.27: 'kubernetes-1.27', 1.33: 'kubernetes-1.33', 1.36: 'kubernetes-models' };

// Definitions of controllers. They are the same whatever the cluster's version is.
const controllers = {
  'argoproj.io': ['@kubernetes-models/argo-cd', '@kubernetes-models/argo-rollouts'],
  'gateway.networking.k8s.io': ['@kubernetes-models/gateway-api'],
  'kustomize.toolkit.fluxcd.io': ['@kubernetes-models/flux-cd'],
  'source.toolkit.fluxcd.io': ['@kubernetes-models/flux-cd'],
  'traefik.io': ['@kubernetes-models/traefik'],
};

// The packages leave out every field of this name, as if it were the text that describes a schema.
const withDescription = ['scheduling.k8s.io/v1 PriorityClass'];

const found = new Map();

async function modelOf(schemas, apiVersion, kind) {
  const key = `${schemas} ${apiVersion} ${kind}`;
  if (!found.has(key)) found.set(key, await load(controllers[apiVersion.split('/')[0]] ?? [packages[schemas]], apiVersion, kind));
  return found.get(key);
}

async function load(from, apiVersion, kind) {
  for (const name of from) {
    try {
      const model = (await import(`${name}/${apiVersion}`))[kind];
      if (model) return model;
    } catch (error) {
      if (!['ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'MODULE_NOT_FOUND'].includes(error.code)) throw error;
    }
  }
  return null;
}

// The packages hold validators, most of them as code, that read each field of their schema and pass over others. So what was never read is unknown.
function watched(value, path, unread, prototype) {
  if (typeof value !== 'object' || value === null) return value;
  const inner = Array.isArray(value) ? [] : Object.create(prototype ?? Object.prototype);
  for (const [name, part] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    unread.add(place);
    inner[name] = watched(part, place, unread);
  }
  return new Proxy(inner, {
    get(target, name) {
      if (typeof name === 'string') unread.delete(Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`);
      return target[name];
    },
  });
}

async function faults({ schemas, object }) {
  const model = await modelOf(schemas, object.apiVersion, object.kind);
  if (!model) return [`no schema for ${object.apiVersion} ${object.kind}`];
  const unread = new Set();
  const subject = watched(object, '', unread, model.prototype);
  try {
    subject.validate();
  } catch (error) {
    if (!error.errors) throw error;
    return error.errors.map((e) => `${e.instancePath ?? e.dataPath}: ${e.message ?? e.keyword} ${JSON.stringify(e.params)}`);
  }
  if (withDescription.includes(`${object.apiVersion} ${object.kind}`) && typeof object.description === 'string') unread.delete('.description');
  const unknown = [...unread];
  return unknown.filter((place) => !unknown.some((above) => place !== above && (place.startsWith(`${above}.`) || place.startsWith(`${above}[`)))).map((place) => `${place.slice(1)}: unknown field`);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await faults(JSON.parse(line)))}\n`);
}
