import { attention, words } from '../../attention.ts';

export default attention({ scratch: [words('kept', 4 << 20)], bindings: ['kept'] });
