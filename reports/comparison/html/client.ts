/** The script of a comparison's page: reads the payload, draws the cases, and hides what the reader does not want. */
import type { ComparedCase, Comparison } from '../../../harness/gate/comparison.ts';
import { formatDuration } from '../../../harness/format.ts';
import { byId, element } from '../../html/dom.ts';
import { payloadElementId } from '../../html/payload.ts';
import { tableElement } from '../../html/plain-table.ts';
import {
  adapterText,
  calibrationText,
  headline,
  isBelieved,
  noiseText,
  shareText,
  sideText,
  verdictCounts,
  worstFirst,
} from '../verdicts.ts';
import { caseElement, factsList } from './case.ts';
import { axisOf, scaleOfCases } from './forest.ts';
import type { ComparisonPayload } from './payload.ts';

interface Shown {
  readonly one: ComparedCase;
  readonly root: HTMLElement;
}

function writeHead(comparison: Comparison): void {
  const title = headline(comparison);
  byId('title').textContent = title;
  document.title = `${title} · attnbench`;
  byId('facts').textContent = [
    `${sideText(comparison.base)} → ${sideText(comparison.head)}`,
    adapterText(comparison),
    comparison.startedAt.slice(0, 10),
    `${Math.round(comparison.seconds)} s`,
  ].join(' · ');
  const { control } = comparison;
  byId('calibration').textContent = calibrationText(comparison);
  if (isBelieved(comparison)) return;
  const warning = `${control?.message ?? ''}: no verdict of this run is to be believed`;
  byId('notes').append(element('li', {}, warning));
  byId('notes').hidden = false;
}

interface Chips {
  readonly root: HTMLElement;
  readonly off: ReadonlySet<string>;
}

function chips(
  legend: string,
  values: readonly { readonly value: string; readonly label: string }[],
  changed: () => void,
): Chips {
  const off = new Set<string>();
  const labels = values.map(({ value, label }) => {
    const input = element('input', { type: 'checkbox', name: legend, value, checked: true });
    input.addEventListener('change', () => {
      if (input.checked) off.delete(value);
      else off.add(value);
      changed();
    });
    return element('label', {}, input, element('span', {}, label));
  });
  return { off, root: element('fieldset', {}, element('legend', {}, legend), ...labels) };
}

function writeCases({ cases }: Comparison): void {
  const sorted = worstFirst(cases);
  const scale = scaleOfCases(sorted);
  const shown: readonly Shown[] = sorted.map((one) => ({ one, root: caseElement(one, scale) }));
  byId('list').append(...shown.map(({ root }) => root));
  byId('axis').append(element('span', {}), axisOf(scale));
  const update = (): void => {
    let visible = 0;
    for (const { one, root } of shown) {
      root.hidden = verdicts.off.has(one.verdict) || kernels.off.has(one.kernel);
      if (!root.hidden) visible += 1;
    }
    byId('count').textContent = visible === shown.length ? String(visible) : `${visible} of ${shown.length}`;
  };
  const verdicts = chips(
    'verdict',
    verdictCounts(cases).map(({ verdict, count }) => ({ value: verdict, label: `${verdict} ${count}` })),
    update,
  );
  const names = [...new Set(cases.map(({ kernel }) => kernel))].sort();
  const kernels = chips(
    'kernel',
    names.map((value) => ({ value, label: value })),
    update,
  );
  const form = byId('controls');
  form.setAttribute('autocomplete', 'off');
  form.addEventListener('submit', (event) => event.preventDefault());
  form.append(verdicts.root, ...(names.length > 1 ? [kernels.root] : []));
  update();
}

function environmentFacts(comparison: Comparison): readonly (readonly [string, string])[] {
  const { adapter, clock, host, design, tool, flags, control } = comparison;
  const textOf = (looks: typeof design.looks): string =>
    looks.map(({ sessions, alpha }) => `${sessions} (${alpha})`).join(', ');
  return [
    ['command', comparison.command],
    ['base', `${sideText(comparison.base)} (${comparison.base.kind})`],
    ['head', `${sideText(comparison.head)} (${comparison.head.kind})`],
    [
      'adapter',
      adapter === null
        ? 'none: nothing had to run'
        : [adapter.name, adapter.vendor, adapter.architecture, adapter.description]
            .filter((word) => word !== '')
            .join(' · '),
    ],
    ['clock', clock === null ? 'none' : `${clock.source}, step ${formatDuration(clock.tickNs)}`],
    ['host', `${host.name} ${host.runtime}, webgpu ${host.webgpu}`],
    ['machine', `${host.os}, ${host.cpu}, ${host.cores} cores`],
    [
      'design',
      `${design.pairsPerSession} pairs a session; screened after sessions (alpha) ${textOf(design.looks)}; what looks different confirmed by fresh sessions (alpha) ${textOf(design.confirmLooks)}; margin ${shareText(design.margin)}; budget ${design.budgetSeconds} s; seed ${design.seed}`,
    ],
    ['control', control === null ? 'none' : `${control.message} (p ${control.pValue.toPrecision(2)})`],
    ['noise', noiseText(comparison) ?? 'not looked at'],
    ['flags', flags.join(' ') || 'none'],
    ['attnbench', [tool.version, ...(tool.commit === null ? [] : [`commit ${tool.commit}`])].join(', ')],
    ['started', comparison.startedAt],
    ['comparison', comparison.comparisonId],
  ];
}

function start({ comparison, figures }: ComparisonPayload): void {
  writeHead(comparison);
  writeCases(comparison);
  if (figures !== null) {
    byId('figures').append(tableElement(figures, true));
    byId('figures').hidden = false;
  }
  byId('environment').append(factsList(environmentFacts(comparison)));
}

const payload: ComparisonPayload = JSON.parse(byId(payloadElementId).textContent ?? '');
start(payload);
