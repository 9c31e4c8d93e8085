/** What a tuning table says that cannot be: for the tables that come with the kernels, and for those a person has edited. */
import { isKnownAxis } from './axis-overrides.ts';
import { axisValuesOf, parseCaseId } from './case-id.ts';
import { unknownWord } from './nearest.ts';
import { baseAxes, resolveParams } from './params.ts';
import type { LoadedKernel } from './program.ts';
import type { TuningTable } from './tuning-table.ts';
import { capsOfTable, matches, overlap, sameShape, shapeText } from './tuning-table.ts';

/** One sentence for each mistake; none when the table, which lies in a file named for `adapterClass`, is valid. */
export function tableProblems(
  { id, kernel }: LoadedKernel,
  adapterClass: string,
  table: TuningTable,
): readonly string[] {
  const name = `kernels/${id}/tuning/${adapterClass}.json`;
  if (kernel.shapes === undefined) return [`${name}: kernel '${id}' has one shape only`];
  const problems: string[] = [];
  const tell = (problem: string): void => void problems.push(`${name}${problem}`);
  if (table.kernel !== id) tell(` is for kernel '${table.kernel}'`);
  if (table.adapterClass !== adapterClass) tell(` is for '${table.adapterClass}'`);
  for (const [index, { when, shape, measured }] of table.entries.entries()) {
    const number = `#${index + 1}`;
    for (const axis of Object.keys(when)) {
      if (axis === 'rows' || isKnownAxis(kernel.axes, axis)) continue;
      tell(`${number}: ${unknownWord('axis', axis, ['rows', ...baseAxes, ...Object.keys(kernel.axes)])}`);
    }
    const params = resolveParams(kernel.axes, axisValuesOf(parseCaseId(measured.case), kernel.axes));
    if (!matches(when, params)) tell(`${number}: the case it was measured on does not match its conditions`);
    if (!kernel.shapes(params, capsOfTable(table)).some((offered) => sameShape(offered, shape))) {
      tell(`${number}: shape ${shapeText(shape)} is not offered for ${measured.case}`);
    }
    const twin = table.entries.findIndex((other, at) => at > index && overlap(when, other.when));
    if (twin >= 0) tell(`: ${number} and #${twin + 1} overlap`);
  }
  return problems;
}
