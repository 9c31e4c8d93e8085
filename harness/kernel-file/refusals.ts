/** Why a case is not for a kernel that was brought along. */
import type { Caps, Params, Plan, Refusal } from '../../kernels/contract.ts';
import type { FlagExpression, Values } from './expression.ts';
import type { Manifest } from './manifest.ts';

export function unsupported(id: string, { supports }: Manifest, params: Params): Refusal | null {
  for (const [name, values] of Object.entries(supports)) {
    if (values.includes(params[name])) continue;
    const message = `${id} takes ${name} = ${values.join(' or ')}, not ${params[name]}`;
    return { code: 'unsupported', message };
  }
  return null;
}

export interface Requirement {
  readonly text: string;
  readonly expression: FlagExpression;
}

export function unmet(id: string, requirements: readonly Requirement[], values: Values): Refusal | null {
  for (const { text, expression } of requirements) {
    if (expression.of(values)) continue;
    const here = [...expression.names].map((name) => `${name} = ${values[name]}`).join(', ');
    return { code: 'unsupported', message: `${id} requires ${text}; here ${here}` };
  }
  return null;
}

const featureOfExtension: Readonly<Record<string, string>> = { f16: 'shader-f16' };

export function lacking(id: string, { features, passes }: Manifest, caps: Caps): Refusal | null {
  const extensions = passes.flatMap(({ enables }) => enables);
  const needed = [...features, ...extensions.map((name) => featureOfExtension[name] ?? name)];
  const missing = needed.find((name) => !caps.features.has(name));
  return missing === undefined
    ? null
    : { code: 'feature', message: `${id} needs ${missing}, which the adapter does not have` };
}

export function pastLimits({ passes }: Plan, { limits }: Caps): Refusal | null {
  const along = limits.maxComputeWorkgroupsPerDimension;
  const buffers = limits.maxStorageBuffersPerShaderStage;
  for (const { name, grid = [], bindings } of passes) {
    if (grid.some((count) => count > along)) {
      const message = `pass '${name}' dispatches ${grid.join(' x ')} workgroups and the adapter takes ${along} along a dimension`;
      return { code: 'limit', message };
    }
    if (bindings.length > buffers) {
      const message = `pass '${name}' binds ${bindings.length} tensors and the adapter takes ${buffers}`;
      return { code: 'limit', message };
    }
  }
  return null;
}
