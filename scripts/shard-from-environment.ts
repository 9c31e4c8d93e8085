/** `--shard auto`: which part of a sweep this job is, as the scheduler that started it says. */
import { UsageError } from '../harness/errors.ts';
import type { Shard } from '../harness/shard.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A scheduler's variables. Indices count from `first`; the count is null where the scheduler does not tell it. */
interface Scheduler {
  readonly name: string;
  readonly index: string;
  readonly first: (env: Environment) => number;
  readonly step: (env: Environment) => number;
  readonly count: string | null;
}

const from = (first: number) => (): number => first;
const schedulers: readonly Scheduler[] = [
  {
    name: 'Slurm array',
    index: 'SLURM_ARRAY_TASK_ID',
    first: (env) => Number(env.SLURM_ARRAY_TASK_MIN ?? 0),
    step: (env) => Number(env.SLURM_ARRAY_TASK_STEP ?? 1),
    count: 'SLURM_ARRAY_TASK_COUNT',
  },
  {
    name: 'Kubernetes indexed Job',
    index: 'JOB_COMPLETION_INDEX',
    first: from(0),
    step: from(1),
    count: null,
  },
  {
    name: 'GitLab CI parallel',
    index: 'CI_NODE_INDEX',
    first: from(1),
    step: from(1),
    count: 'CI_NODE_TOTAL',
  },
  {
    name: 'Buildkite parallelism',
    index: 'BUILDKITE_PARALLEL_JOB',
    first: from(0),
    step: from(1),
    count: 'BUILDKITE_PARALLEL_JOB_COUNT',
  },
  {
    name: 'CircleCI parallelism',
    index: 'CIRCLE_NODE_INDEX',
    first: from(0),
    step: from(1),
    count: 'CIRCLE_NODE_TOTAL',
  },
];

export const shardHelp =
  'only every n-th case, beginning with the i-th: for n machines or jobs; auto or auto/n: i, and n, from the job scheduler';

/** `2/4` of `auto` and `auto/4`; any other word as it is, null for none. Throws UsageError outside a job array. */
export function shardWord(word: string | undefined, env: Environment): string | null {
  if (word === undefined) return null;
  const asked = /^auto(?:\/(\d+))?$/.exec(word);
  if (asked === null) return word;
  const { index, of } = shardOfJob(env, asked[1] === undefined ? null : Number(asked[1]));
  return `${index}/${of}`;
}

function shardOfJob(env: Environment, askedCount: number | null): Shard {
  const scheduler = schedulers.find(({ index }) => (env[index] ?? '') !== '');
  if (scheduler === undefined) {
    throw new UsageError(
      `--shard auto: this is no job of an array, none of ${schedulers.map(({ index }) => index).join(', ')} is set; write index/count, such as 1/4`,
    );
  }
  const { name, index, count, first, step } = scheduler;
  const told = count === null || env[count] === undefined ? null : Number(env[count]);
  const of = askedCount ?? told;
  if (of === null) {
    throw new UsageError(
      `--shard auto: a ${name} does not tell its jobs how many they are; write auto/n, such as auto/4`,
    );
  }
  if (askedCount !== null && told !== null && told !== askedCount) {
    throw new UsageError(`--shard auto/${askedCount}: ${count} says that there are ${told} jobs; write auto`);
  }
  return { index: (Number(env[index]) - first(env)) / step(env) + 1, of };
}
