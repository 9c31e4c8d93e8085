import { attention } from '../../attention.ts';

export default attention({});
