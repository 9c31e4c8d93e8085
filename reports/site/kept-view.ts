/** The runs that this browser keeps. */
import { formatCount } from '../../harness/format.ts';
import { byId, element } from '../html/dom.ts';
import { labelOf } from './plan.ts';
import { whenOf } from './run-file.ts';
import type { KeptRun } from './store.ts';

export interface KeptActions {
  readonly show: (run: KeptRun) => void;
  readonly remove: (run: KeptRun) => void;
}

function stateOf({ header, cases, sent }: KeptRun): string {
  const planned = header.plannedCases.length;
  const measured =
    cases.length >= planned
      ? formatCount(planned, 'case')
      : `${cases.length} of ${formatCount(planned, 'case')}`;
  return sent === null ? measured : `${measured}, sent`;
}

export class KeptView {
  private readonly root = byId('kept');
  private readonly list = element('ul', { class: 'runs' });
  private readonly callbacks: KeptActions;

  constructor(callbacks: KeptActions) {
    this.callbacks = callbacks;
    this.root.append(
      element(
        'p',
        { class: 'fixed' },
        'They stay here until they are deleted, or the browser clears the data of this page.',
      ),
      this.list,
    );
  }

  /** None can be chosen while another is measured. */
  show(runs: readonly KeptRun[], enabled: boolean): void {
    this.root.hidden = runs.length === 0;
    this.list.replaceChildren(...runs.map((run) => this.item(run, enabled)));
  }

  private item(run: KeptRun, enabled: boolean): HTMLElement {
    const { header } = run;
    const name = `${labelOf(header.suite)}, ${whenOf(header)}`;
    const button = (words: string, act: (run: KeptRun) => void): HTMLElement => {
      const made = element(
        'button',
        { type: 'button', disabled: !enabled, 'aria-label': `${words} ${name}` },
        words,
      );
      made.addEventListener('click', () => act(run));
      return made;
    };
    return element(
      'li',
      {},
      element(
        'span',
        { class: 'run-words' },
        element('strong', {}, name),
        element('span', { class: 'fixed' }, `${header.adapter.name} · ${stateOf(run)}`),
      ),
      button('Show', this.callbacks.show),
      button('Delete', this.callbacks.remove),
    );
  }
}
