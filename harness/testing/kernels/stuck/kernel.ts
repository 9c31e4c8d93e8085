import { oneNumberKernel } from '../one.ts';

export default oneNumberKernel('stuck');
