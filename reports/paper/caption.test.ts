import { assert, property } from 'fast-check';
import { latexParser } from 'latex-utensils';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../harness/record.ts';
import { attackExamples, hostileText } from '../testing/hostile.ts';
import { header, okCase, params, scalingRun } from '../testing/records.ts';
import { captionLatex, captionMarkdown, captionOf } from './caption.ts';
import type { Caption } from './caption.ts';
import { makeFigures } from './kinds.ts';
import type { FigureName } from './kinds.ts';

function caption(name: FigureName, runs: readonly Run[]): Caption {
  const { built, selection } = makeFigures(
    name,
    { runs, filters: { kernels: null, axes: {}, suite: null } },
    { x: null, y: null, over: null },
  );
  if (built.kind === 'none' || selection === null) throw new Error(`no figure ${name}`);
  return captionOf(built.figures[0], selection.analysis);
}

describe('a caption', () => {
  test('says what, how, on what, when, and what is missing and why', () => {
    expect(captionMarkdown(caption('time', [scalingRun()]))).toBe(
      '**Time of a call by sequence length n (scaling · 8 heads · d 64 · f32).** Points are medians of the calls of a case, bands their 95 % intervals. ' +
        'No time counts without a check of the output against a float64 reference. 20 calls a case, by GPU timestamps (tick 1 ns). 1k = 1024. ' +
        'an adapter that does not exist; synthetic, 2 cores, 8.00 GiB; Node v20.19.0, npm webgpu 0.6.2; 2026-01-02, attnbench 0.1.0 (012345678). ' +
        '(1) naive at n = 4096, 8192, 16384: skipped, limit: scores needs 536870912 bytes and the adapter binds at most 134217728 (a call would hold 544 MiB). ' +
        '(2) bigbird at n = 1024: timed out: no answer in 20 s. (3) performer at n = 128: impossible time: faster than the measured peak. ' +
        '(4) mamba at n = 256: wrong numbers: nmse 0.3 is over 3e-12.\n',
    );
  });

  test('of memory speaks of no clock, of several runs names each', () => {
    expect(caption('memory', [scalingRun()]).method.join(' ')).not.toMatch(/calls a case|clock|tick/);
    const runs = ['lavapipe', 'swiftshader'].map((name): Run => ({
      header: header({ adapter: { ...header().adapter, name } }),
      cases: [128, 256].map((n) => okCase('flash', params({ n }))),
    }));
    expect(caption('time', runs).origin.map((sentence) => sentence.split(':')[0])).toEqual([
      'lavapipe',
      'swiftshader',
    ]);
  });

  test('in LaTeX has a label and says how wide it is to be set', () => {
    const lines = captionLatex(caption('time', [scalingRun()]), 'time', 3.3).split('\n');
    expect(lines[1]).toBe('% \\includegraphics[width=3.3in]{time.pdf}');
    expect(lines[2]).toMatch(/^\\caption\{\\textbf\{Time of a call/);
    expect(lines[3]).toBe('\\label{fig:time}');
  });

  test('holds whatever names records have as text', () => {
    assert(
      property(hostileText, (text) => {
        const cases = [128, 256].map((n) => ({
          ...okCase('flash', params({ n })),
          kernel: text,
          suite: text,
        }));
        const hostile: Run = {
          header: header({ adapter: { ...header().adapter, description: text }, startedAt: text }),
          cases,
        };
        const found = caption('time', [hostile]);
        const markdown = captionMarkdown(found);
        expect(markdown.trim().split('\n')).toHaveLength(1);
        expect(markdown).not.toMatch(/<[a-z!]/i);
        // Comments aside, a caption and a label, and nothing that could be run.
        const { content } = latexParser.parse(captionLatex(found, 'time', 3.3));
        const commands = content.filter(
          (node) => latexParser.isCommand(node) || latexParser.isLabelCommand(node),
        );
        expect(commands).toHaveLength(2);
      }),
      { examples: attackExamples, numRuns: 60 },
    );
  });
});
