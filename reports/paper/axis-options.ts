/** An axis as chart.js takes it, with as many labels as there is room for. */
import { surfaces } from '../palette.ts';
import type { Axis } from './axes.ts';
import { textWidth } from './legend.ts';
import type { LegendSetting } from './legend.ts';

const surface = surfaces.light;

export function axisOptions(axis: Axis, grid: boolean, setting: LegendSetting): Record<string, unknown> {
  const font = { family: setting.font, size: setting.fontSize };
  const labels = new Map(axis.ticks.map(({ value, label }) => [value, label]));
  const labelled = (value: number): boolean => (labels.get(value) ?? '') !== '';
  const hairline = 0.4 * setting.lineWidth;
  return {
    type: axis.type,
    min: axis.min,
    max: axis.max,
    title: { display: true, text: axis.title, color: surface.ink, font, padding: 0.15 * setting.fontSize },
    border: { color: surface.ink, width: 0.6 * setting.lineWidth },
    grid: {
      display: grid,
      color: ({ tick }: { tick: { value: number } }) => (labelled(tick.value) ? '#d9dcdf' : '#eeeff1'),
      lineWidth: hairline,
      tickLength: 0.35 * setting.fontSize,
      tickColor: ({ tick }: { tick: { value: number } }) =>
        labelled(tick.value) ? surface.ink : '#ffffff00',
      tickWidth: 0.6 * setting.lineWidth,
    },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = axis.ticks.map(({ value }) => ({ value }));
    },
    ticks: {
      color: surface.ink,
      font,
      padding: 0.15 * setting.fontSize,
      autoSkip: false,
      maxRotation: 0,
      callback: (value: string | number) => labels.get(Number(value)) ?? '',
    },
  };
}

/** Every second label, or third, where all of them would run into each other. */
export function thinned(axis: Axis, room: number, setting: LegendSetting): Axis {
  const widest = Math.max(
    0,
    ...axis.ticks.map(({ label }) => textWidth(label, setting.font, setting.fontSize)),
  );
  const shown = axis.ticks.filter(({ label }) => label !== '');
  const stride = Math.max(1, Math.ceil(((widest + 0.5 * setting.fontSize) * shown.length) / room));
  const kept = new Set(shown.filter((_, index) => index % stride === 0).map(({ value }) => value));
  return {
    ...axis,
    ticks: axis.ticks.map(({ value, label }) => ({ value, label: kept.has(value) ? label : '' })),
  };
}

/** Powers of ten alone where all labels would stand on each other, else every second, or third. */
export function sparse(axis: Axis, height: number, setting: LegendSetting): Axis {
  const range = axis.type === 'linear' ? axis.max - axis.min : Math.log(axis.max / axis.min);
  const at = (value: number): number =>
    (height / range) * (axis.type === 'linear' ? value - axis.min : Math.log(value / axis.min));
  const crowded = (values: readonly number[]): boolean =>
    values.some((value, index) => index > 0 && at(value) - at(values[index - 1]) < 1.25 * setting.fontSize);
  const labelled = axis.ticks.flatMap(({ value, label }) => (label === '' ? [] : [value]));
  const decades = labelled.filter((value) => Number.isInteger(Math.log10(value)));
  const every = (stride: number): readonly number[] => labelled.filter((_, index) => index % stride === 0);
  const kept = [labelled, ...(decades.length > 1 ? [decades] : []), every(2), every(3), every(4)].find(
    (values) => !crowded(values),
  );
  return {
    ...axis,
    ticks: axis.ticks.map(({ value, label }) => ({
      value,
      label: (kept ?? []).includes(value) ? label : '',
    })),
  };
}
