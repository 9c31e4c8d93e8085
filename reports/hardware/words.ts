/** Axes as people read them. */
import { describeAxis } from '../../harness/format.ts';
import type { AxisValue } from '../rows.ts';
import type { Hardware, Setting } from './hardware.ts';

/** A value that says nothing: off, left to the kernel, or one batch. */
const isUnset = (axis: string, value: AxisValue): boolean =>
  value === false ||
  value === 'auto' ||
  (axis === 'batch' && value === 1) ||
  (axis === 'scale' && value === 0);

/** By axis the one that it follows. */
const leaders: ReadonlyMap<string, string> = new Map([
  ['kvHeads', 'heads'],
  ['dv', 'd'],
]);
const isFollowing = (setting: Setting, axis: string): boolean => {
  const leader = leaders.get(axis);
  return leader !== undefined && setting[leader] === setting[axis];
};

/** Axes as words, without those that follow others. */
export function axesWords(axes: Setting): string {
  return Object.entries(axes)
    .filter(([axis, value]) => !isUnset(axis, value) && !isFollowing(axes, axis))
    .map(([axis, value]) => describeAxis(axis, value))
    .join(', ');
}

/** Of each what tells it from the others; all of it where there is only one. */
export function differenceWords(settings: readonly Setting[]): readonly string[] {
  if (settings.length === 1) return settings.map(axesWords);
  const axes = [...new Set(settings.flatMap((setting) => Object.keys(setting)))];
  // What one lacks is no difference, but m: without it, it follows n.
  const valuesOf = (axis: string): readonly AxisValue[] =>
    settings.flatMap((setting) => setting[axis] ?? (axis === 'm' ? 'n' : []));
  const varying = axes.filter((axis) => new Set(valuesOf(axis)).size > 1);
  return settings.map((setting) =>
    varying
      .flatMap((axis) => {
        const value = setting[axis];
        return value === undefined || isFollowing(setting, axis) ? [] : [describeAxis(axis, value)];
      })
      .join(', '),
  );
}

/** What a mechanism is called by people; its own name where that says as much. */
const mechanismNames: ReadonlyMap<string, string> = new Map([
  ['sdpa', 'softmax (sdpa)'],
  ['kernel_attention', 'linear (kernel_attention)'],
  ['s6', 'state space (s6)'],
  ['ssd', 'state space (ssd)'],
]);

export const mechanismWords = (mechanism: string): string => mechanismNames.get(mechanism) ?? mechanism;

export const settingWords = ({ settings }: Hardware): readonly string[] => differenceWords(settings);

/** The words of places: what tells settings apart, and the kernel's own axes. */
export function placesOf(
  hardware: Hardware,
): (place: { readonly setting: number; readonly own: Setting }) => string {
  const words = settingWords(hardware);
  return ({ setting, own }) => [words[setting], axesWords(own)].filter(Boolean).join(', ');
}

/** The place of all rows, where it is one: it needs no column. */
export function atOnly(places: ReadonlySet<string>): string {
  const [place] = places;
  return places.size === 1 && place !== undefined && place !== '' ? ` (${place})` : '';
}

/** A kernel and its own axes. */
export const nameWith = (kernel: string, own: Setting): string =>
  [kernel, axesWords(own)].filter(Boolean).join(' ');
