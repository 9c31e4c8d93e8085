import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { header, journalText, okCase, params, scalingRun } from '../reports/testing/records.ts';

const run = {
  header: header(),
  cases: [128, 256, 512].map((n) => okCase('flash', params({ n }), { samples: 6 })),
};
const text = journalText(run);

function message(journal: Journal): string {
  if (journal.kind !== 'refused') throw new Error('was read, and should have been refused');
  return journal.message;
}

type JsonLine = Readonly<Record<string, unknown>>;

function rename(from: string, to: string): (line: JsonLine) => JsonLine {
  return (line) => {
    const { [from]: value, ...rest } = line;
    return value === undefined ? line : { ...rest, [to]: value };
  };
}

describe('readJournal', () => {
  test('gives back what was written', () => {
    const whole = scalingRun();
    expect(readJournal(journalText(whole), 'records.jsonl')).toEqual({
      kind: 'run',
      run: whole,
      truncated: null,
      wholeLength: journalText(whole).length,
    });
  });

  test('reads every cut of a file after its header, and keeps each case whose line is whole', () => {
    const headerLength = text.indexOf('\n') + 1;
    assert(
      property(integer({ min: headerLength, max: text.length }), (length) => {
        const cut = text.slice(0, length);
        const journal = readJournal(cut, 'records.jsonl');
        if (journal.kind !== 'run') throw new Error(journal.message);
        const lineFeeds = cut.split('\n').length - 1;
        // A last line that lacks nothing but its line feed is whole.
        const complete = text[length] === '\n' ? lineFeeds : lineFeeds - 1;
        expect(journal.run.cases).toEqual(run.cases.slice(0, complete));
        expect(journal.truncated === null).toBe(journal.wholeLength === cut.length);
        expect(readJournal(cut.slice(0, journal.wholeLength), 'records.jsonl')).toMatchObject({
          kind: 'run',
          truncated: null,
        });
      }),
    );
  });

  test('says which line was cut off', () => {
    expect(readJournal(text.slice(0, -20), 'out/records.jsonl')).toMatchObject({
      kind: 'run',
      truncated: 'out/records.jsonl line 4 is cut off and was left out: its case counts as not measured',
    });
  });

  test.each([
    ['nothing', ''],
    ['half a header', text.slice(0, 40)],
  ])('refuses %s', (_, content) => {
    expect(message(readJournal(content, 'records.jsonl'))).toBe(
      'records.jsonl holds no complete run header: the run was stopped before it began; start it anew with attnbench run',
    );
  });

  test('refuses a file that is something else', () => {
    expect(message(readJournal('{"kind":"case"}\n', 'records.jsonl'))).toBe(
      'records.jsonl line 1 is no run header: it must begin with {"schema":"attnbench/1",...}',
    );
    expect(message(readJournal('[1, 2]\n', 'records.jsonl'))).toBe(
      'records.jsonl line 1 is not a JSON object',
    );
    expect(message(readJournal('{"schema":"attnbench/x"}\n', 'records.jsonl'))).toBe(
      "records.jsonl has an unknown schema 'attnbench/x'",
    );
  });

  test('refuses a newer file by name', () => {
    expect(message(readJournal(text.replace('attnbench/1', 'attnbench/7'), 'records.jsonl'))).toBe(
      'records.jsonl was written as attnbench/7 and this attnbench reads up to attnbench/1: update attnbench to read it',
    );
  });

  test('refuses a corrupt line in the middle, by line and field', () => {
    const lines = text.split('\n');
    lines[2] = lines[2].slice(0, 50);
    expect(message(readJournal(lines.join('\n'), 'records.jsonl'))).toBe(
      'records.jsonl line 3 is not JSON: restore the file or delete that line',
    );
    const wrongField = text.replace('"n":256', '"n":-1');
    expect(message(readJournal(wrongField, 'records.jsonl'))).toMatch(
      /^records\.jsonl line 3, field params\.n: .*; restore the file or delete that line$/,
    );
  });

  test('a whole last line that is corrupt is refused, not taken for one cut off', () => {
    expect(message(readJournal(`${text}{"kind":\n`, 'records.jsonl'))).toContain('line 5 is not JSON');
  });

  test('upgrades an older file step by step', () => {
    const older = text.replace('attnbench/1', 'attnbench/-1').replaceAll('"kernel":', '"oldest":');
    const toCurrent = (line: JsonLine) => ({
      ...rename('older', 'kernel')(line),
      ...(line['kind'] === 'run' ? { schema: 'attnbench/1' } : {}),
    });
    expect(
      readJournal(older, 'records.jsonl', { [-1]: rename('oldest', 'older'), 0: toCurrent }),
    ).toMatchObject({ kind: 'run', run });
  });

  test('refuses an older file that no step starts from', () => {
    expect(message(readJournal(text.replace('attnbench/1', 'attnbench/0'), 'records.jsonl'))).toBe(
      'records.jsonl was written as attnbench/0, which this attnbench can no longer upgrade',
    );
  });
});
