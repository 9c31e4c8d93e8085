import { attention, words } from '../../attention.ts';

export default attention({ scratch: [{ ...words('kept', 64), type: 'f32' }], bindings: ['kept'] });
