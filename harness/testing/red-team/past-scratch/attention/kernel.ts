import { attention, words } from '../../attention.ts';

export default attention({ scratch: [words('kept', 4)], bindings: ['kept'] });
