import { seededRandom } from '../../../../random.ts';
import { attention, expectedSeed } from '../../attention.ts';

export default attention({
  constants: (p) => ({ DRAWN: seededRandom(`${expectedSeed}/rows`).integer(p.heads) }),
});
