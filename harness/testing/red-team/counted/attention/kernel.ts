import { attention, words } from '../../attention.ts';

export default attention({ scratch: [words('kept', 1)], bindings: ['kept'] });
