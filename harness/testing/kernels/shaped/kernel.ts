import { shapedKernel } from '../shaped.ts';

export default shapedKernel();
