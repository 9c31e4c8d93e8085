import type { AdapterInfo } from '../record.ts';

/** An adapter that says nothing of itself but what is given. */
export const adapterInfo = (changes: Partial<AdapterInfo> = {}): AdapterInfo => ({
  name: 'fake',
  vendor: '',
  architecture: '',
  device: '',
  description: '',
  software: true,
  features: [],
  limits: {},
  subgroupMinSize: 0,
  subgroupMaxSize: 0,
  ...changes,
});
