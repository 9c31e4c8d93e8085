import { describe, expect, it } from 'vitest';
import { parseShard } from '../harness/shard.ts';
import type { Environment } from './shard-from-environment.ts';
import { shardWord } from './shard-from-environment.ts';

describe('the shard that a job scheduler gives', () => {
  it.each<[string, string, Environment, string]>([
    [
      'Slurm, counted from the first task in its steps',
      'auto',
      {
        SLURM_ARRAY_TASK_ID: '14',
        SLURM_ARRAY_TASK_MIN: '10',
        SLURM_ARRAY_TASK_STEP: '2',
        SLURM_ARRAY_TASK_COUNT: '4',
      },
      '3/4',
    ],
    ['Kubernetes, which counts from 0 and tells no count', 'auto/4', { JOB_COMPLETION_INDEX: '0' }, '1/4'],
    ['GitLab, which counts from 1', 'auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' }, '2/5'],
    ['Buildkite', 'auto', { BUILDKITE_PARALLEL_JOB: '4', BUILDKITE_PARALLEL_JOB_COUNT: '5' }, '5/5'],
    ['CircleCI', 'auto', { CIRCLE_NODE_INDEX: '1', CIRCLE_NODE_TOTAL: '2' }, '2/2'],
  ])('%s', (_, word, env, shard) => {
    expect(shardWord(word, env)).toBe(shard);
  });

  it('leaves other words and no word alone', () => {
    const env = { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' };
    expect(shardWord('1/4', env)).toBe('1/4');
    expect(shardWord(undefined, env)).toBeNull();
  });

  it('says what is missing', () => {
    expect(() => shardWord('auto', {})).toThrow('this is no job of an array, none of SLURM_ARRAY_TASK_ID');
    expect(() => shardWord('auto', { JOB_COMPLETION_INDEX: '0' })).toThrow('write auto/n, such as auto/4');
    expect(() => shardWord('auto/3', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' })).toThrow(
      'there are 5 jobs; write auto',
    );
  });

  it('refuses a job beyond the count like any other wrong shard', () => {
    const word = shardWord('auto/2', { JOB_COMPLETION_INDEX: '2' }) ?? '';
    expect(() => parseShard(word)).toThrow("'3/2' is not a shard");
  });
});
