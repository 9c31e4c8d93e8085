/** One case of the page: a line that opens. */
import type { ComparedCase, Timed } from '../../../harness/gate/comparison.ts';
import { formatDuration } from '../../../harness/format.ts';
import { element } from '../../html/dom.ts';
import {
  changeText,
  effectText,
  figureNames,
  figureText,
  isSameCode,
  probabilityText,
  reasonText,
  shareText,
  timedOf,
} from '../verdicts.ts';
import { forestOf, sessionsOf } from './forest.ts';
import type { Scale } from './forest.ts';

type Facts = readonly (readonly [string, string])[];

export function factsList(facts: Facts): HTMLElement {
  const list = element('dl', { class: 'facts-list' });
  for (const [name, value] of facts) list.append(element('dt', {}, name), element('dd', {}, value));
  return list;
}

/** What stands where a case without a time has no bar. */
function insteadOfBar(one: ComparedCase): string {
  if (isSameCode(one)) return 'same code, not timed';
  if (one.verdict === 'NEW') return 'only head has it';
  if (one.verdict === 'REMOVED') return 'only base has it';
  return reasonText(one);
}

function timedFacts({ baseNs, headNs, effect, pValue, pAdjusted, pSignFlip, ...timed }: Timed): Facts {
  const { control, minimumDetectable, margin, tickShare, sessions } = timed;
  const pairs = sessions.reduce((sum, session) => sum + session.pairs, 0);
  return [
    ['time', `${formatDuration(baseNs)} → ${formatDuration(headNs)}`],
    ['change', `${effectText(effect)}, 95 % interval over ${sessions.length} sessions, ${pairs} pairs`],
    [
      'p',
      `${probabilityText(pAdjusted)} adjusted for all cases, ${probabilityText(pValue)} alone, ${probabilityText(pSignFlip)} by signs`,
    ],
    ['detectable', `a slowdown of ${shareText(minimumDetectable)}; the margin is ${shareText(margin)}`],
    ['control', control === null ? 'none' : `${effectText(control)}, p ${probabilityText(control.pValue)}`],
    ['timer', `one step is ${(100 * tickShare).toPrecision(2)} % of a sample`],
  ];
}

function figuresOf(one: ComparedCase): readonly HTMLElement[] {
  if (one.exact.length === 0) return [];
  const rows = one.exact.map(({ metric, base, head, change }) =>
    element(
      'tr',
      {},
      element('td', {}, figureNames[metric]),
      element('td', { class: 'right' }, figureText(metric, base)),
      element('td', { class: 'right' }, figureText(metric, head)),
      element(
        'td',
        { class: 'right' },
        base !== null && head !== null && base > 0 ? changeText(head / base) : '–',
      ),
      element('td', {}, change),
    ),
  );
  const titles = ['exact', 'base', 'head', 'change', ''];
  const head = titles.map((title, index) =>
    element('th', { scope: 'col', class: index > 0 && index < 4 ? 'right' : 'left' }, title),
  );
  return [
    element(
      'div',
      { class: 'scroll' },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    ),
  ];
}

function detailsOf(one: ComparedCase): HTMLElement {
  const timed = timedOf(one);
  const reason = reasonText(one);
  const facts: Facts = [
    ...(reason === '' ? [] : [['why', reason] as const]),
    ...(timed === null ? [] : timedFacts(timed)),
    ['case', one.id],
    ['mechanism', one.mechanism],
    ['file', one.file],
    [
      'code',
      `base ${one.hashes.base?.slice(0, 12) ?? 'none'}, head ${one.hashes.head?.slice(0, 12) ?? 'none'}`,
    ],
  ];
  return element(
    'div',
    { class: 'inside' },
    element('div', {}, factsList(facts), ...figuresOf(one)),
    ...(timed === null
      ? []
      : [
          element(
            'figure',
            {},
            element('figcaption', {}, 'Sessions'),
            sessionsOf(timed, one.verdict),
            element(
              'p',
              { class: 'fixed' },
              'Dots: head against base, hollow in the first sessions, filled in those that confirm. Crosses: the control.',
            ),
          ),
        ]),
  );
}

export function caseElement(one: ComparedCase, scale: Scale): HTMLElement {
  const timed = timedOf(one);
  const forest = forestOf(one, scale);
  const summary = element(
    'summary',
    {},
    element('span', { class: `badge ${one.verdict}` }, one.verdict),
    element('span', { class: 'id' }, one.id),
    element('span', { class: forest === null ? 'instead' : 'forest' }, forest ?? insteadOfBar(one)),
    element('span', { class: 'effect' }, timed === null ? '' : effectText(timed.effect)),
  );
  const root = element('details', { class: 'case' }, summary);
  // Most cases are never opened, and there may be thousands.
  root.addEventListener('toggle', () => root.append(detailsOf(one)), { once: true });
  return root;
}
