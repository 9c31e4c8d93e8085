/** What to measure: a choice of suites with the time they will probably take, and the button that starts. */
import { formatCount, spokenSeconds } from '../../harness/format.ts';
import { byId, element } from '../html/dom.ts';
import type { Choice } from './plan.ts';

export interface Wish {
  readonly choice: Choice;
  /** Measure first what the adapter can do at most. */
  readonly peaks: boolean;
  /** Send the result to the serving machine. */
  readonly send: boolean;
}

export interface Estimate {
  readonly cases: number;
  readonly seconds: number;
}

/** The page's own words for a time that may be a factor of ten off: no seconds. */
export const aboutSeconds = (seconds: number): string =>
  seconds < 90
    ? `about ${Math.max(5, 5 * Math.round(seconds / 5))} s`
    : `about ${spokenSeconds(60 * Math.round(seconds / 60)).replace(/( 0 min)? 0 s$| 0 min$/, '')}`;

export class ChoiceView {
  private readonly form = byId('choices');
  private readonly radios: readonly HTMLInputElement[];
  private readonly peaks = element('input', { type: 'checkbox', name: 'peaks', checked: true });
  private readonly send = element('input', { type: 'checkbox', name: 'send', checked: true });
  private readonly start = element('button', { type: 'submit', class: 'primary', disabled: true }, 'Start');
  private readonly estimates: ReadonlyMap<string, HTMLElement>;

  constructor(choices: readonly Choice[], canSend: boolean, started: (wish: Wish) => void) {
    this.radios = choices.map(({ id }, index) =>
      element('input', { type: 'radio', name: 'choice', value: id, checked: index === 0 }),
    );
    this.estimates = new Map(choices.map(({ id }) => [id, element('span', { class: 'estimate' })]));
    const cards = choices.map(({ id, label, description }, index) =>
      element(
        'label',
        { class: 'card' },
        this.radios[index],
        element(
          'span',
          {},
          element('strong', {}, label),
          element('span', { class: 'card-words' }, description),
          this.estimates.get(id) ?? '',
        ),
      ),
    );
    this.form.append(
      element(
        'fieldset',
        { class: 'cards' },
        element('legend', { class: 'hidden-words' }, 'What to measure'),
        ...cards,
      ),
      element(
        'div',
        { class: 'ticks' },
        this.tick(
          this.peaks,
          'First measure what the adapter can do at most (half a minute, once): it catches impossible times',
        ),
        ...(canSend ? [this.tick(this.send, 'Send the result to the machine that serves this page')] : []),
      ),
      element('div', { class: 'actions' }, this.start),
    );
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      const choice = choices.find((_, index) => this.radios[index].checked) ?? choices[0];
      started({ choice, peaks: this.peaks.checked, send: canSend && this.send.checked });
    });
  }

  private tick(input: HTMLInputElement, words: string): HTMLElement {
    return element('label', { class: 'tick' }, input, element('span', {}, words));
  }

  estimate(id: string, { cases, seconds }: Estimate): void {
    const place = this.estimates.get(id);
    if (place !== undefined) place.textContent = `${formatCount(cases, 'case')}, ${aboutSeconds(seconds)}`;
  }

  set enabled(enabled: boolean) {
    for (const control of [...this.radios, this.peaks, this.send, this.start]) control.disabled = !enabled;
  }
}
