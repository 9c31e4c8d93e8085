import { attention, expectedInputs } from '../../attention.ts';

export default attention({
  constants: (p) => ({ EXPECTED: { f32: expectedInputs(p)['q'].data[0] } }),
});
